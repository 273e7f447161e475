// a_vendor_is_told -- does a vendor hear of whatever changes what it may do, of a grant and of
// itself, and of nothing else?
import { assert, story } from './world.mjs';

const kinds = (acme) => acme.endpoint.taken.map(({ type }) => type.replace('piot.v1.', ''));

async function lampAtHome(world, more = {}) {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  const device = await kim.app.grants('lamp-1', more);
  const { data: grant } = await acme.receives('grant-created');
  return { acme, kim, device, grant };
}

story('of a new grant it hears what was granted and what for', async (world) => {
  const { grant, device, kim } = await lampAtHome(world);
  const { capabilities, purposes } = await kim.app.consent(device.consentId);
  assert.equal(grant.grantId, device.consentId);
  assert.equal(grant.thingModel, device.thingModel);
  assert.deepEqual(grant.capabilities, capabilities);
  assert.deepEqual(grant.purposes, purposes);
  assert.ok(purposes.length > 0);
});

story('of a move it hears another name for the network, and the same one back', async (world) => {
  const { acme, kim, device, grant } = await lampAtHome(world);
  const cabin = await kim.app.makesNetwork('Cabin');
  const path = `/app/v1/devices/${device.deviceId}`;
  (await kim.app.patch(path, { networkId: cabin.networkId, room: 'Hall' })).is(200);
  const { data } = await acme.receives('device-moved');
  const { networkRef, ...rest } = data;
  assert.deepEqual(rest, { grantId: device.consentId, vendorDeviceId: 'lamp-1' });
  assert.match(networkRef, /^[0-9a-z]+$/);
  assert.notEqual(networkRef, grant.networkRef);
  (await kim.app.patch(path, { networkId: device.networkId })).is(200);
  await acme.receives('device-moved', (moved) => moved.networkRef === grant.networkRef);
});

story('of an end and of a renewal it hears when, and for what', async (world) => {
  const expiresAt = new Date(Date.now() + 6000).toISOString();
  const { acme, kim, device, grant } = await lampAtHome(world, { expiresAt });
  const { data: expired } = await acme.receives('grant-expired');
  const named = { grantId: device.consentId, vendorDeviceId: 'lamp-1' };
  assert.deepEqual(expired, { ...named, expiredAt: expiresAt });
  const later = new Date(Date.now() + 3_600_000).toISOString();
  const path = `/app/v1/consents/${device.consentId}/renew`;
  (await kim.app.post(path, { expiresAt: later })).is(200);
  const { data: renewed } = await acme.receives('grant-renewed');
  assert.deepEqual(renewed, { ...named, capabilities: grant.capabilities, expiresAt: later });
});

story('that it is suspended it hears at once, all else when it is resumed', async (world) => {
  const { acme, kim, device } = await lampAtHome(world);
  const path = `/operator/v1/vendors/${acme.id}`;
  (await world.operator.post(`${path}/suspend`, { reason: 'late bills' })).is(200);
  const { data, subject } = await acme.receives('vendor-suspended');
  assert.deepEqual(data, { reason: 'late bills' });
  assert.equal(subject, acme.id);
  (await kim.app.withdraws(device.consentId)).is(200);
  (await world.operator.post(`${path}/resume`)).is(200);
  assert.deepEqual((await acme.receives('vendor-resumed')).data, {});
  await acme.receives('grant-withdrawn');
  assert.deepEqual(kinds(acme).slice(0, 2), ['grant-created', 'vendor-suspended']);
});

story('of what is no business of its own it hears nothing', async (world) => {
  const { acme, kim, device } = await lampAtHome(world);
  const path = `/app/v1/devices/${device.deviceId}`;
  (await kim.app.patch(path, { name: 'Reading lamp', room: 'Study' })).is(200);
  (await world.operator.patch(`/operator/v1/vendors/${acme.id}`, { name: 'Acme 2' })).is(200);
  (await acme.post(acme.path('keys'))).is(201);
  acme.endpoint.secrets.push((await acme.post(acme.path('keys'))).is(201).signingSecret);
  (await acme.post(acme.path('test-notification'))).is(200);
  await acme.receives('test-notification');
  assert.deepEqual(kinds(acme), ['grant-created', 'test-notification']);
});
