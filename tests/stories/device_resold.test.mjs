// device_resold -- when a device changes hands, does it leave the old account, and can
// nobody take it without a factory reset?
import { assert, story } from './world.mjs';

async function soldByKim(world) {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const lee = await world.household('lee');
  await acme.detects(kim, 'lamp-1', 'lamp', { ownershipEpoch: 1 });
  const device = await kim.app.grants('lamp-1');
  return { acme, kim, lee, device };
}

story('a device that was reset goes where it is seen, once it is granted there', async (world) => {
  const { acme, kim, lee, device } = await soldByKim(world);
  const stream = kim.app.follows();
  await stream.isOpen();
  await acme.detects(lee, 'lamp-1', 'lamp', { ownershipEpoch: 2 });
  const revoked = await stream.sees('consent-revoked');
  assert.equal(revoked.data.reason, 'ownership-epoch');
  const notice = await acme.receives('grant-withdrawn');
  assert.equal(notice.data.grantId, device.consentId);
  assert.deepEqual(await kim.app.devices(), []);
  assert.deepEqual(await lee.app.devices(), [], 'not before the new owner says yes');

  const theirs = await lee.app.grants('lamp-1');
  assert.notEqual(theirs.deviceId, device.deviceId);
  await acme.reports('lamp-1', { on: true });
  await lee.app.deviceShows(theirs.deviceId, 'on', true);
  const hers = await kim.app.history(`?device=${device.deviceId}&type=device-state-reported`);
  assert.deepEqual(hers, [], 'nothing of the new owner reaches the old one');
});

story('a device seen elsewhere without a reset stays, and its holder is told', async (world) => {
  const { acme, kim, lee, device } = await soldByKim(world);
  const stream = kim.app.follows();
  await stream.isOpen();
  const told = await acme.detects(lee, 'lamp-1', 'lamp', { ownershipEpoch: 1 });
  assert.deepEqual(Object.keys(told).sort(), ['detectionId', 'id', 'index', 'position', 'status']);
  await stream.sees('device-claim-disputed', (data) => data.device === device.deviceId);
  assert.equal((await kim.app.device(device.deviceId)).disputed, true);
  assert.deepEqual(await lee.app.inbox(), []);
  assert.equal((await acme.reports('lamp-1', { on: true })).status, 'accepted');
});

story('an open question ends with a reset, and the new place is asked', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const lee = await world.household('lee');
  await acme.detects(kim, 'lamp-1', 'lamp', { ownershipEpoch: 4 });
  const { consentId } = await kim.app.isAsked('lamp-1');
  await acme.detects(lee, 'lamp-1', 'lamp', { ownershipEpoch: 5 });
  await lee.app.isAsked('lamp-1');
  assert.deepEqual(await kim.app.inbox(), []);
  (await kim.app.decides(consentId, 'grant')).is(409, 'CONSENT_ALREADY_DECIDED');
});

story('a released device is offered to whoever it is seen at next', async (world) => {
  const { acme, kim, lee, device } = await soldByKim(world);
  assert.equal((await kim.app.delete(`/app/v1/devices/${device.deviceId}`)).status, 204);
  await acme.detects(lee, 'lamp-1', 'lamp', { ownershipEpoch: 1 });
  await lee.app.grants('lamp-1');
});
