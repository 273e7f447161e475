// PR 007 -- does all interworking happen between servers, with nothing new in the device?
//
// The device here is a few lines that know nothing of this service: it speaks with its
// vendor's server alone, in the vendor's own way. What a vendor without a public endpoint
// would fetch for itself, this release does not offer (routes.test.mjs says so).
import { assert, story } from './world.mjs';

class PlainLamp {
  isOn = false;
  switch(on) {
    this.isOn = on;
    return { state: this.isOn ? 'ON' : 'OFF' };
  }
}

story('a device is driven through its vendor\'s server alone', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const lamps = new Map([['lamp-1', new PlainLamp()]]);
  acme.endpoint.answer('command-requested', ({ data }) => {
    const said = lamps.get(data.vendorDeviceId).switch(data.input);
    return { status: 200, body: { status: 'succeeded', output: said } };
  });
  await acme.detects(kim, 'lamp-1');
  const { deviceId } = await kim.app.grants('lamp-1');
  const { commandId } = await kim.app.sets(deviceId, 'on', true);
  const command = await kim.app.commandBecomes(commandId, 'succeeded');
  assert.deepEqual(command.output, { state: 'ON' });
  assert.equal(lamps.get('lamp-1').isOn, true);
});

story('an outcome may come in the answer or as an event, with the same meaning', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  const { deviceId } = await kim.app.grants('lamp-1');
  const failure = { status: 'failed', error: { code: 'BULB_BROKEN', message: 'No light.' } };

  acme.endpoint.answer('command-requested', () => ({ status: 200, body: failure }));
  const first = await kim.app.sets(deviceId, 'on', true);
  const inAnswer = await kim.app.commandBecomes(first.commandId, 'failed');

  acme.endpoint.answer('command-requested', () => ({ status: 202 }));
  const second = await kim.app.sets(deviceId, 'on', true);
  await kim.app.commandBecomes(second.commandId, 'sent');
  assert.equal((await acme.concludes(second.commandId, 'accepted')).status, 'accepted');
  assert.equal((await acme.concludes(second.commandId, 'delivered')).status, 'accepted');
  const { status, ...more } = failure;
  await acme.concludes(second.commandId, status, more);
  const asEvent = await kim.app.commandBecomes(second.commandId, 'failed');
  assert.deepEqual(asEvent.error, inAnswer.error);
  assert.deepEqual(asEvent.error, failure.error);
});

story('an action goes the same way, with its input', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  const { deviceId } = await kim.app.grants('lamp-1');
  const path = `/app/v1/devices/${deviceId}/actions/fade`;
  (await kim.app.post(path, { brightness: 10, seconds: 2 })).is(202);
  const { data } = await acme.receives('command-requested');
  assert.equal(data.operation, 'invokeAction');
  assert.deepEqual(data.input, { brightness: 10, seconds: 2 });
  (await kim.app.post(path, { brightness: 101, seconds: 2 })).is(400, 'INVALID_ARGUMENT');
});

story('an event the device raises reaches the app', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  await kim.app.grants('lamp-1');
  const stream = kim.app.follows();
  await stream.isOpen();
  const raised = { vendorDeviceId: 'lamp-1', name: 'overheated', data: 97.5 };
  await acme.tellsWell('device-event-raised', { ...raised, observedAt: new Date().toISOString() });
  const told = await stream.sees('device-event-raised');
  assert.equal(told.data.name, 'overheated');
  assert.equal(told.data.data, 97.5);
});
