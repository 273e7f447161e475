// the_flow -- the use case from end to end: a vendor's server reports a device; it is
// matched to account and network; the person is asked, and grants; the device is in that
// network; the person switches it; the vendor's server gets the command and answers; the
// person sees the new state.
import { assert, story } from './world.mjs';
import { now } from './vendor.mjs';

story('a device is detected, granted, switched, and its new state is seen', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const stream = kim.app.follows();
  await stream.isOpen();
  acme.endpoint.answer('command-requested', () => ({ status: 200, body: { status: 'accepted' } }));

  const detection = await acme.detects(kim, 'lamp-4711', 'lamp', { displayName: 'Desk lamp' });
  assert.match(detection.detectionId, /^det_[0-9a-z]{26}$/);

  const asked = await stream.sees('consent-requested');
  assert.equal(asked.data.network, kim.network.networkId);
  const device = await kim.app.grants('Desk lamp', { name: 'Reading lamp' });
  assert.equal(device.networkId, kim.network.networkId);
  assert.equal(device.name, 'Reading lamp');
  assert.equal(device.online, null);
  assert.deepEqual(device.properties, {});
  const grant = await acme.receives('grant-created');
  assert.equal(grant.data.detectionId, detection.detectionId);
  assert.equal(grant.data.grantId, device.consentId);

  const answer = await kim.app.asks(device.deviceId, 'on', true);
  const { commandId } = answer.is(202);
  assert.equal(answer.headers.location, `/app/v1/commands/${commandId}`);
  const command = await acme.receives('command-requested');
  const { validUntil, ...told } = command.data;
  assert.deepEqual(told, {
    commandId, vendorDeviceId: 'lamp-4711', operation: 'writeProperty', name: 'on', input: true,
    attempt: 1,
  });
  assert.ok(new Date(validUntil) > new Date());
  await kim.app.commandBecomes(commandId, 'accepted');

  await acme.connects('lamp-4711', true);
  await acme.concludes(commandId, 'delivered');
  await acme.concludes(commandId, 'succeeded');
  const done = (await kim.app.get(`/app/v1/commands/${commandId}?wait=10`)).is(200);
  assert.equal(done.status, 'succeeded');
  assert.notEqual(done.effective, 'true', 'nobody has seen it yet');
  const before = await kim.app.device(device.deviceId);
  assert.equal(before.properties.on.desired, true);
  assert.equal('value' in before.properties.on, false);

  const observedAt = now();
  const properties = { on: true };
  await acme.tellsWell('device-state-reported', {
    vendorDeviceId: 'lamp-4711', observedAt, properties,
  });
  const seen = await stream.sees('device-state-reported');
  assert.deepEqual(seen.data.properties, properties);
  const after = await kim.app.deviceShows(device.deviceId, 'on', true);
  assert.equal(after.online.value, true);
  assert.equal(after.properties.on.observedAt, observedAt);
  assert.ok(after.properties.on.receivedAt >= observedAt);
  assert.equal((await kim.app.command(commandId)).effective, 'true');

  const history = (await kim.app.history()).map((event) => event.type.replace('piot.v1.', ''));
  const path = [
    'device-state-reported', 'command-succeeded', 'command-delivered',
    'device-connectivity-changed', 'command-accepted', 'command-sent', 'command-requested',
    'device-added', 'consent-granted', 'consent-notified', 'consent-requested',
  ];
  assert.deepEqual(history.filter((type) => path.includes(type)), path);
});

story('many devices of many households flow at once, none into another home', async (world) => {
  const acme = await world.vendor('Acme');
  acme.endpoint.answer('command-requested', () => ({ status: 200, body: { status: 'succeeded' } }));
  const live = async (login) => {
    const home = await world.household(login);
    const names = [1, 2, 3].map((n) => `${login}-${n}`);
    await Promise.all(names.map((name) => acme.detects(home, name)));
    const devices = await Promise.all(names.map((name) => home.app.grants(name)));
    const wishes = devices.map(({ deviceId }) => home.app.sets(deviceId, 'on', true));
    for (const { commandId } of await Promise.all(wishes))
      await home.app.commandBecomes(commandId, 'succeeded');
    await Promise.all(names.map((name) => acme.reports(name, { on: true })));
    for (const device of await home.app.devices()) {
      assert.ok(device.name.startsWith(login));
      assert.equal(device.properties.on.value, true);
    }
  };
  await Promise.all(['ana', 'bo', 'cy', 'dee'].map(live));
  assert.equal(acme.endpoint.taken.filter((e) => e.type.endsWith('command-requested')).length, 12);
});
