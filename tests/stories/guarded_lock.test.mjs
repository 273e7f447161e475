// guarded_lock -- is a lock granted only by somebody who is on its network?
import { assert, story } from './world.mjs';

async function lockAtHome(world) {
  const acme = await world.vendor('Acme', { models: ['lamp', 'lock'] });
  const kim = await world.household('kim');
  await acme.detects(kim, 'lock-1', 'lock');
  const { consentId } = await kim.app.isAsked('lock-1');
  const decide = (address, decision = 'grant', more = {}) =>
    kim.app.post(`/app/v1/inbox/${consentId}/decision`, { decision, ...more },
      { 'x-forwarded-for': address });
  return { acme, kim, decide };
}

story('an app that is elsewhere cannot grant a lock', async (world) => {
  const { kim, decide } = await lockAtHome(world);
  const lee = await world.household('lee');
  (await decide('192.0.2.200')).is(403, 'SAME_NETWORK_REQUIRED');
  (await decide(lee.address)).is(403, 'SAME_NETWORK_REQUIRED');
  assert.deepEqual(await kim.app.devices(), []);
  assert.equal((await kim.app.inbox()).length, 1, 'the question is still open');
});

story('an app on the lock\'s network can', async (world) => {
  const { acme, kim, decide } = await lockAtHome(world);
  const { deviceId } = (await decide(kim.address)).is(200);
  (await kim.app.call('POST', `/app/v1/devices/${deviceId}/actions/unlock`)).is(202);
  assert.equal((await acme.receives('command-requested')).data.name, 'unlock');
});

story('another network of the same account is not the same network', async (world) => {
  const { kim, decide } = await lockAtHome(world);
  const cabin = await kim.app.makesNetwork('Cabin');
  const address = world.freshAddress();
  await kim.binds(cabin, address);
  (await decide(address)).is(403, 'SAME_NETWORK_REQUIRED');
});

story('saying no to a lock, or granting a lamp, needs no presence', async (world) => {
  const { acme, kim, decide } = await lockAtHome(world);
  await acme.detects(kim, 'lamp-1');
  const { consentId } = await kim.app.isAsked('lamp-1');
  const from = { 'x-forwarded-for': '192.0.2.200' };
  const path = `/app/v1/inbox/${consentId}/decision`;
  (await kim.app.post(path, { decision: 'grant' }, from)).is(200);
  (await decide('192.0.2.200', 'deny')).is(200);
});
