// PR 005 -- does an account have as many networks as its owner defines?
import { assert, story } from './world.mjs';

story('an owner makes, renames, furnishes and gives up networks', async (world) => {
  const kim = await world.household('kim', { network: 'Home' });
  const cabin = await kim.app.makesNetwork('Cabin');
  assert.deepEqual(
    (await kim.app.networks()).map((network) => network.name).sort(),
    ['Cabin', 'Home'],
  );
  const path = `/app/v1/networks/${cabin.networkId}`;
  const changed = (await kim.app.patch(path, { name: 'Lake', rooms: ['Deck', 'Sauna'] })).is(200);
  assert.equal(changed.name, 'Lake');
  assert.deepEqual(changed.rooms, ['Deck', 'Sauna']);
  assert.deepEqual((await kim.app.get(path)).is(200), changed);

  assert.equal((await kim.app.delete(path)).status, 204);
  (await kim.app.get(path)).is(404, 'NETWORK_UNKNOWN');
  assert.equal((await kim.app.networks()).length, 1);
});

story('an owner has as many networks as the operator allows, and no more', async (world) => {
  const kim = await world.household('kim');
  for (const name of ['Cabin', 'Office']) await kim.app.makesNetwork(name);
  const answer = await kim.app.post('/app/v1/networks', { name: 'One too many' });
  answer.is(429, 'NETWORK_LIMIT_REACHED');
  assert.equal((await kim.app.networks()).length, 3);
}, { networks_max: 3 });

story('a long list of networks comes in pages, each network once', async (world) => {
  const kim = await world.household('kim');
  for (let i = 1; i < 7; i++) await kim.app.makesNetwork(`N${i}`);
  const names = (await kim.app.all('/app/v1/networks?limit=3')).map((network) => network.name);
  assert.deepEqual(names.sort(), ['Home', 'N1', 'N2', 'N3', 'N4', 'N5', 'N6']);
});

story('a network with a device in it cannot be given up', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  const device = await kim.app.grants('lamp-1');
  const path = `/app/v1/networks/${kim.network.networkId}`;
  (await kim.app.delete(path)).is(409, 'NETWORK_NOT_EMPTY');
  assert.equal((await kim.app.delete(`/app/v1/devices/${device.deviceId}`)).status, 204);
  assert.equal((await kim.app.delete(path)).status, 204);
});

story('an unknown gateway of a known account lets the owner name the network', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const cabin = await kim.app.makesNetwork('Cabin');
  const address = world.freshAddress();
  await kim.binds({ networkId: undefined }, address);
  await acme.detects(kim, 'lamp-1', 'lamp', { address });
  const question = await kim.app.isAsked('lamp-1');
  assert.equal(question.network, null);
  const { consentId } = question;
  (await kim.app.decides(consentId, 'grant')).is(409, 'NETWORK_REQUIRED');
  (await kim.app.decides(consentId, 'grant', { networkId: cabin.networkId })).is(200);
  assert.equal((await kim.app.devices(`?network=${cabin.networkId}`)).length, 1);
});
