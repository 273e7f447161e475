// PR 006 -- does a device join the network it was detected in, and is it in one network
// at a time?
import { assert, story } from './world.mjs';

async function twoHomes(world) {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const cabin = await kim.app.makesNetwork('Cabin');
  cabin.address = world.freshAddress();
  await kim.binds(cabin, cabin.address);
  return { acme, kim, cabin };
}

story('each device joins the network whose gateway it was seen behind', async (world) => {
  const { acme, kim, cabin } = await twoHomes(world);
  await acme.detects(kim, 'at-home');
  await acme.detects(kim, 'in-cabin', 'lamp', { address: cabin.address });
  assert.equal((await kim.app.isAsked('in-cabin')).network.name, 'Cabin');
  const home = await kim.app.grants('at-home');
  const away = await kim.app.grants('in-cabin');
  assert.equal(home.networkId, kim.network.networkId);
  assert.equal(away.networkId, cabin.networkId);
  const inside = await kim.app.devices(`?network=${cabin.networkId}`);
  assert.deepEqual(inside.map((device) => device.name), ['in-cabin']);
});

story('a family moves house: a device that is seen elsewhere may move along', async (world) => {
  const { acme, kim, cabin } = await twoHomes(world);
  await acme.detects(kim, 'lamp-1');
  const { deviceId } = await kim.app.grants('lamp-1');
  const stream = kim.app.follows();
  await stream.isOpen();
  await acme.detects(kim, 'lamp-1', 'lamp', { address: cabin.address });
  await stream.sees('device-move-proposed', (data) => data.network === cabin.networkId);
  const before = await kim.app.device(deviceId);
  assert.equal(before.networkId, kim.network.networkId, 'nothing moves by itself');
  assert.equal(before.proposedNetworkId, cabin.networkId);

  const path = `/app/v1/devices/${deviceId}`;
  const after = (await kim.app.patch(path, { networkId: cabin.networkId })).is(200);
  assert.equal(after.networkId, cabin.networkId);
  assert.equal('proposedNetworkId' in after, false);
  assert.deepEqual(await kim.app.devices(`?network=${kim.network.networkId}`), []);
  assert.equal((await kim.app.devices()).length, 1);
  assert.deepEqual(await kim.app.inbox(), [], 'nobody is asked again');
  assert.equal((await acme.reports('lamp-1', { on: true })).status, 'accepted');
});

story('a device cannot be moved into somebody else\'s network', async (world) => {
  const { acme, kim } = await twoHomes(world);
  const lee = await world.household('lee');
  await acme.detects(kim, 'lamp-1');
  const { deviceId } = await kim.app.grants('lamp-1');
  const foreign = { networkId: lee.network.networkId };
  (await kim.app.patch(`/app/v1/devices/${deviceId}`, foreign)).is(404, 'NETWORK_UNKNOWN');
  assert.equal((await kim.app.device(deviceId)).networkId, kim.network.networkId);
  assert.deepEqual(await lee.app.devices(), []);
});
