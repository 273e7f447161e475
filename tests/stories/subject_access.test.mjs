// subject_access -- does a person get everything that is known of them, can they check that
// nothing of it was left out, and do they see who looked at it?
//
// Tried with planted bugs: a page that went on one event too far back, and one that took
// what is in both of its lists twice, each failed here.
import { createHash } from 'node:crypto';
import { Client } from './client.mjs';
import { assert, story } from './world.mjs';

const A = '/app/v1';

async function aHome(world) {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  const device = await kim.app.grants('lamp-1', { name: 'Reading lamp' });
  await acme.reports('lamp-1', { on: true });
  const { commandId } = await kim.app.sets(device.deviceId, 'on', false);
  await acme.concludes(commandId, 'succeeded');
  return { acme, kim, device, commandId };
}

const leafOf = (envelope) =>
  createHash('sha256').update(Buffer.from([0])).update(envelope).digest('hex');

// The account's stream as its holder checks it: no gap, no leaf that is not its envelope's,
// no envelope that does not hold its predecessor's leaf.
function checks({ events, head }) {
  let previous = '0'.repeat(64);
  events.forEach(({ event, leaf, envelope, ...link }, index) => {
    const bytes = Buffer.from(envelope, 'base64');
    assert.equal(event.streamversion, index + 1);
    assert.equal(leafOf(bytes), leaf, event.type);
    assert.equal(link.previous, previous, event.type);
    assert.ok(bytes.includes(Buffer.from(previous, 'hex')) || index === 0);
    previous = leaf;
  });
  assert.equal(head.leaf, previous);
  assert.equal(head.streamversion, events.length);
}

story('an export has everything, and its holder can check the stream', async (world) => {
  const { kim, device, commandId } = await aHome(world);
  const answer = await kim.app.get(`${A}/me/export`);
  const all = answer.is(200);
  assert.equal(all.format, 'piot-export-1');
  assert.equal(all.account.login, 'kim');
  assert.deepEqual(all.networks.map(({ name }) => name), ['Home']);
  assert.deepEqual(all.devices.map(({ name }) => name), ['Reading lamp']);
  assert.deepEqual(all.removedDevices, []);
  assert.deepEqual(all.consents.map(({ consentId }) => consentId), [device.consentId]);
  assert.deepEqual(all.commands.map((command) => command.commandId), [commandId]);
  checks(all);
  assert.ok(all.events.some(({ event }) => event.data.name === 'Reading lamp'));
  assert.equal(/scrypt/.test(answer.text), false, 'no password');
});

story('an export that is long comes whole, and with what was removed', async (world) => {
  const { acme, kim, device } = await aHome(world);
  for (let i = 0; i < 400; i += 1) await acme.reports('lamp-1', { brightness: i % 100 });
  (await kim.app.delete(`${A}/devices/${device.deviceId}`)).is(204);
  const all = (await kim.app.get(`${A}/me/export`)).is(200);
  checks(all);
  assert.ok(all.events.length > 400);
  assert.deepEqual(all.devices, []);
  assert.deepEqual(all.removedDevices.map(({ deviceId }) => deviceId), [device.deviceId]);
});

story('the access log says who touched what, the newest first', async (world) => {
  const { acme, kim, device } = await aHome(world);
  await kim.signsIn();
  const items = await kim.app.all(`${A}/me/access-log?limit=3`);
  const whats = items.map(({ what }) => what);
  for (const what of ['login-claimed', 'gateway-claimed', 'account-activated',
    'session-opened', 'detection-resolved', 'device-state-reported', 'command-succeeded'])
    assert.ok(whats.includes(what), `${what} of ${whats}`);
  const places = items.map(({ position }) => Number(position.split('/')[1]));
  assert.deepEqual(places, [...places].sort((a, b) => b - a));
  assert.equal(new Set(places).size, places.length);
  const report = items.find(({ what }) => what === 'device-state-reported');
  assert.deepEqual(report.by, { kind: 'vendor', id: acme.id, name: 'Acme' });
  assert.equal(report.deviceId, device.deviceId);
  assert.equal(items.some(({ by }) => by.kind === 'system'), false);
  const other = await world.household('lee');
  const theirs = await other.app.all(`${A}/me/access-log`);
  assert.equal(theirs.some(({ by }) => by.kind === 'vendor'), false);
});

story('small pages of what happened make the same list as a large one', async (world) => {
  const { kim, device } = await aHome(world);
  for (const list of ['me/access-log?', 'history?', `history?device=${device.deviceId}&`]) {
    const whole = await kim.app.all(`${A}/${list}limit=200`);
    assert.ok(whole.length > 4, list);
    for (const limit of [1, 3]) {
      const pages = await kim.app.all(`${A}/${list}limit=${limit}`);
      assert.deepEqual(pages, whole, `${list} by ${limit}`);
    }
  }
});

story('nobody else gets it', async (world) => {
  const { kim } = await aHome(world);
  assert.equal((await world.nobody.get(`${A}/me/export`)).status, 401);
  const lee = await world.household('lee');
  const text = (await lee.app.get(`${A}/me/export`)).is(200);
  assert.equal(JSON.stringify(text).includes(kim.accountId), false);
  assert.equal((await new Client(world, { token: 'x' }).get(`${A}/me/access-log`)).status, 401);
});
