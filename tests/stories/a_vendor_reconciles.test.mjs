// A vendor compares what it has with what is granted: grant by grant, by a digest of a range, and
// name by name, and what it does not have any more can end with it.
import { createHash } from 'node:crypto';
import { Fetcher } from './fetcher.mjs';
import { assert, story } from './world.mjs';

const digest = (...names) =>
  createHash('sha256').update(names.map((name) => `${name}\n`).join('')).digest('hex');

const grants = async (acme, query = '') => (await acme.get(acme.path(`grants${query}`))).is(200);
const compares = (acme, body) => acme.post(acme.path('reconciliations'), body);

async function lamps(world, ...names) {
  const acme = await world.vendor('Acme', { endpoint: false });
  const kim = await world.household('kim');
  const devices = {};
  for (const name of names) {
    await acme.detects(kim, name);
    devices[name] = await kim.app.grants(name);
  }
  return { acme, kim, devices };
}

story('grants are listed until the vendor says it knows they have ended', async (world) => {
  const { acme, kim, devices } = await lamps(world, 'one', 'two', 'three');
  const { items } = await grants(acme);
  assert.deepEqual(items.map((it) => it.vendorDeviceId), ['one', 'two', 'three']);
  assert.ok(items.every(({ status }) => status === 'live'));
  const page = (await acme.get(acme.path('outbox'))).is(200);
  assert.deepEqual(
    items.map((it) => [it.grantId, it.networkRef, it.accountRef, it.capabilities]),
    page.items.map(({ data }) => [
      data.grantId, data.networkRef, data.accountRef, data.capabilities,
    ]), 'as grant-created told it');
  (await kim.app.withdraws(devices.two.consentId)).is(200);
  const { items: after } = await grants(acme);
  assert.deepEqual(after.map(({ status }) => status), ['live', 'withdrawing', 'live']);
  assert.ok(after[1].acknowledgeBy);
  await acme.acknowledges(after[1].grantId);
  assert.deepEqual((await grants(acme)).items.map((it) => it.vendorDeviceId), ['one', 'three']);
  assert.equal((await grants(acme, '?limit=1')).items.length, 1);
  const brio = await world.vendor('Brio', { endpoint: false });
  assert.deepEqual((await grants(brio)).items, []);
});

story('a digest says whether a range is the same on both sides', async (world) => {
  const { acme, kim, devices } = await lamps(world, 'b', 'a', 'ab', 'c');
  const equal = async (body) => (await compares(acme, body)).is(200).equal;
  assert.equal(await equal({ digest: digest('a', 'ab', 'b', 'c') }), true);
  assert.equal(await equal({ digest: digest('a', 'b', 'ab', 'c') }), false);
  assert.equal(await equal({ from: 'ab', to: 'c', digest: digest('ab', 'b') }), true);
  assert.equal(await equal({ from: 'd', digest: digest() }), true);
  (await kim.app.withdraws(devices.b.consentId)).is(200);
  assert.equal(await equal({ from: 'ab', to: 'c', digest: digest('ab') }), true);
});

story('ghosts and what is missing are found, and what is missing ends if asked to',
  async (world) => {
    const { acme, kim } = await lamps(world, 'one', 'two', 'three');
    const found = async (body) => (await compares(acme, body)).is(200);
    const same = { missing: [], ghosts: [] };
    assert.deepEqual(await found({ devices: ['one', 'three', 'two'] }), same);
    assert.deepEqual(await found({ devices: ['two', 'ghost', 'two', 'one', 'zero'] }),
      { missing: ['three'], ghosts: ['ghost', 'zero'] });
    assert.deepEqual(await found({ from: 'p', to: 'two', devices: [] }),
      { missing: ['three'], ghosts: [] });
    assert.equal((await kim.app.devices()).length, 3, 'looking changes nothing');
    const ends = () => found({ from: 'p', devices: ['two'], remove: true });
    assert.deepEqual(await ends(), same, 'it cannot have what it was not told of');
    assert.equal((await kim.app.devices()).length, 3);
    await new Fetcher(acme).takes();
    assert.deepEqual(await ends(), { missing: ['three'], ghosts: [] });
    assert.deepEqual((await kim.app.devices()).map(({ name }) => name).sort(), ['one', 'two']);
    assert.deepEqual(await found({ devices: ['one', 'two'] }), same);
    const { items } = (await kim.app.get('/app/v1/consents')).is(200);
    const ended = items.find(({ status }) => status === 'revoked');
    assert.equal(ended.reason, 'removed-by-vendor');
  });

story('what cannot be compared is refused by the name of its field', async (world) => {
  const { acme } = await lamps(world, 'one');
  const rejects = async (body, pointer) => {
    const error = (await compares(acme, body)).is(400, 'INVALID_ARGUMENT');
    assert.ok(error.message.includes(pointer), error.message);
  };
  await rejects({}, 'devices');
  await rejects({ devices: [], digest: digest() }, 'devices');
  await rejects({ devices: 'one' }, 'devices');
  await rejects({ devices: ['one', 7] }, 'devices[1]');
  await rejects({ devices: [''] }, 'devices[0]');
  await rejects({ devices: ['x'.repeat(129)] }, 'devices[0]');
  await rejects({ from: 'b', devices: ['a'] }, 'devices[0]');
  await rejects({ to: 'b', devices: ['b'] }, 'devices[0]');
  await rejects({ digest: digest().toUpperCase() }, 'digest');
  await rejects({ digest: digest(), remove: true }, 'remove');
  await rejects({ digest: digest(), since: 'b' }, 'since');
});
