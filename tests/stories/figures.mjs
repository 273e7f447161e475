// figures.mjs -- what /metrics says.
import assert from 'node:assert/strict';
import net from 'node:net';

// For what has to be told a port before it runs.
export async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

// Of a world with the setting metrics_listen.
export async function figure(world, name) {
  const text = await (await fetch(`http://${world.piotd.settings.metrics_listen}/metrics`)).text();
  const [, value] = new RegExp(`^piot_${name} (\\d+)$`, 'm').exec(text) ?? [];
  assert.ok(value !== undefined, `/metrics has ${name}`);
  return Number(value);
}
