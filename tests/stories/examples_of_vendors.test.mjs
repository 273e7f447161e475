// examples_of_vendors -- do the programs that a vendor's engineer copies join, obey and let go, and
// does nothing count twice or get lost when they are killed?
//
// Planted bugs that it caught: a program that looked at no webhook-id, one that took webhooks of
// ten minutes ago, one that kept nothing, one that verified text instead of bytes, and one that
// fetched without acknowledging.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { Webhook } from '../peers/packages.mjs';
import { Endpoint } from './endpoint.mjs';
import { until } from './wait.mjs';
import { assert, story } from './world.mjs';

const folder = new URL('../../examples/vendors/', import.meta.url).pathname;
const lamp = 'lamp-1';

async function freePort() {
  const other = new Endpoint();
  await other.open();
  await other.close();
  return other.port;
}

// One of the programs, as a process of its own that ends with the world.
class Program {
  constructor(world, command, name, environment) {
    this.command = command;
    this.parameters = [folder + name, lamp, '2001:db8:17::42'];
    this.env = { PATH: process.env.PATH, PIOT: world.url, ...environment,
      STATE: path.join(world.data, 'vendor.json') };
    this.said = '';
    world.helperOf(this);
  }

  start() {
    const { env } = this;
    this.child = spawn(this.command, this.parameters, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.ended = once(this.child, 'close');
    const keep = (bytes) => (this.said += bytes);
    this.child.stdout.on('data', keep);
    this.child.stderr.on('data', keep);
  }

  async kill() {
    this.child?.kill('SIGKILL');
    await this.ended;
  }
}

const ways = {
  push: async (world) => {
    const acme = await world.vendor('Acme');
    const LISTEN = `127.0.0.1:${await freePort()}`;
    const url = `http://${LISTEN}/`;
    (await acme.put(acme.path('endpoint'), { url })).is(200);
    const environment = { VENDOR_ID: acme.id, SECRETS: acme.secret, LISTEN };
    const program = new Program(world, process.execPath, 'push.mjs', environment);
    return { acme, program, url };
  },
  pull: async (world) => {
    const acme = await world.vendor('Acme', { endpoint: false });
    const environment = { VENDOR_ID: acme.id, API_KEY: acme.token };
    return { acme, program: new Program(world, 'python3', 'pull.py', environment) };
  },
};

// A household whose gateway also has the address that the programs say their lamp called from.
async function kimAtHome(world) {
  const kim = await world.household('kim');
  const lease = { gatewayId: kim.gatewayId, ipv6Prefix: '2001:db8:17::/48',
    from: new Date(Date.now() - 3_600_000).toISOString() };
  (await world.operator.post('/operator/v1/leases', [lease])).is(200);
  return kim;
}

async function toggles(kim, device) {
  const wish = { operation: 'invokeAction', name: 'toggle', validFor: 3600 };
  const path = `/app/v1/devices/${device.deviceId}/commands`;
  return (await kim.app.post(path, wish)).is(202);
}

for (const [way, joins] of Object.entries(ways))
  story(`a vendor that joins by ${way} has its lamp granted, obeys, and lets go`, async (world) => {
    const { acme, program } = await joins(world);
    const kim = await kimAtHome(world);
    program.start();
    const device = await kim.app.grants(lamp);
    await kim.app.deviceShows(device.deviceId, 'on', false);
    const { commandId } = await kim.app.sets(device.deviceId, 'brightness', 70);
    await kim.app.commandBecomes(commandId, 'succeeded');
    await kim.app.deviceShows(device.deviceId, 'brightness', 70);
    await until('it is seen to have had its effect', async () =>
      (await kim.app.command(commandId)).effective === 'true');
    const wish = { operation: 'invokeAction', name: 'fade', input: { brightness: 1, seconds: 1 } };
    const faded = await kim.app.post(`/app/v1/devices/${device.deviceId}/commands`, wish);
    const failed = await kim.app.commandBecomes(faded.is(202).commandId, 'failed');
    assert.equal(failed.error.code, 'not-supported');
    (await kim.app.withdraws(device.consentId)).is(200);
    await until('the withdrawal is acknowledged', async () =>
      (await kim.app.consent(device.consentId)).acknowledgedAt);
    await until('nothing waits', async () =>
      (await acme.get(acme.path('endpoint'))).is(200).backlog === 0);
    assert.doesNotMatch(program.said, /rejected|Error/);
  });

for (const [way, joins] of Object.entries(ways))
  story(`what a vendor that joined by ${way} is told while it is down, it does once`,
    async (world) => {
      const { program } = await joins(world);
      const kim = await kimAtHome(world);
      program.start();
      const device = await kim.app.grants(lamp);
      await kim.app.deviceShows(device.deviceId, 'on', false);
      await program.kill();
      const { commandId } = await toggles(kim, device);
      program.start();
      await kim.app.commandBecomes(commandId, 'succeeded');
      await kim.app.deviceShows(device.deviceId, 'on', true);
      await world.restart(); // and the other way round
      const again = await toggles(kim, device);
      await kim.app.commandBecomes(again.commandId, 'succeeded');
      await kim.app.deviceShows(device.deviceId, 'on', false);
    });

story('what is not signed or too old is refused; what comes again is done once', async (world) => {
  const { acme, program, url } = await ways.push(world);
  const kim = await kimAtHome(world);
  program.start();
  const device = await kim.app.grants(lamp);
  await kim.app.deviceShows(device.deviceId, 'on', false);
  const event = {
    id: 'evt_again', type: 'piot.v1.command-requested',
    data: { operation: 'invokeAction', name: 'toggle', vendorDeviceId: lamp },
  };
  const body = JSON.stringify(event);
  const send = async (secrets, at = new Date(), sent = body) => {
    const list = secrets.map((secret) => new Webhook(secret).sign(event.id, at, body));
    const headers = { 'webhook-id': event.id, 'webhook-signature': list.join(' '),
      'webhook-timestamp': String(Math.floor(at / 1000)) };
    const answer = await fetch(url, { method: 'POST', headers, body: sent });
    return { status: answer.status, text: await answer.text() };
  };
  const foreign = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
  assert.equal((await send([foreign])).status, 401);
  assert.equal((await send([])).status, 401);
  const large = await fetch(url, { method: 'POST', body: 'x'.repeat(300_000) });
  assert.equal(large.status, 413);
  assert.equal((await send([acme.secret], new Date(Date.now() - 600_000))).status, 401);
  assert.equal((await send([acme.secret], new Date(), `${body} `)).status, 401);
  const first = await send([foreign, acme.secret]);
  assert.deepEqual(first, { status: 200, text: '{"status":"succeeded"}' });
  await kim.app.deviceShows(device.deviceId, 'on', true);
  await program.kill();
  program.start();
  const again = await until('it is back', () => send([acme.secret]).catch(() => false));
  assert.deepEqual(again, first);
  await kim.app.sets(device.deviceId, 'brightness', 70);
  await kim.app.deviceShows(device.deviceId, 'brightness', 70);
  assert.equal((await kim.app.device(device.deviceId)).properties.on.value, true);
});
