// cloudevents -- is what leaves piotd a CloudEvent to the CNCF's own library, and does it
// take what that library makes?
//
// Tried with a planted bug: an event whose specversion and id were taken out on the way
// has to be refused by the check itself, which the last test does.
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { assert, story } from '../stories/world.mjs';
import { now } from '../stories/vendor.mjs';
import { CloudEvent, HTTP } from './packages.mjs';

// The library repairs what it reads, so the attributes are held against a schema, too:
// that of the specification (CloudEvents 1.0.2), with the extensions' names as it has them.
const schema = {
  type: 'object',
  required: ['specversion', 'id', 'source', 'type', 'time', 'datacontenttype', 'data'],
  properties: {
    specversion: { const: '1.0' },
    id: { type: 'string', minLength: 1 },
    source: { type: 'string', format: 'uri-reference', minLength: 1 },
    type: { type: 'string', pattern: '^piot\\.v1\\.[a-z-]+$' },
    subject: { type: 'string', minLength: 1 },
    time: { type: 'string', format: 'date-time' },
    datacontenttype: { const: 'application/json' },
    data: { type: 'object' },
  },
  patternProperties: { '^[a-z0-9]+$': {} },
  additionalProperties: false,
};

const ajv = new Ajv({ allErrors: true });
addFormats(ajv);
const validate = ajv.compile(schema);

function isCloudEvent(plain) {
  assert.ok(validate(plain), `${JSON.stringify(validate.errors)} in ${JSON.stringify(plain)}`);
  const event = new CloudEvent(plain);
  assert.equal(event.validate(), true);
  assert.deepEqual(event.data, plain.data);
  assert.equal(event.id, plain.id);
  return event;
}

async function lampAtHome(world) {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  return { acme, kim, lamp: await kim.app.grants('lamp-1') };
}

story('every webhook is a CloudEvent, in the words of HTTP, too', async (world) => {
  const { acme, kim, lamp } = await lampAtHome(world);
  await kim.app.sets(lamp.deviceId, 'on', true);
  await acme.receives('command-requested');
  (await acme.post(acme.path('test-notification'))).is(200);
  await acme.receives('test-notification');
  (await kim.app.withdraws(lamp.consentId)).is(200);
  await acme.receives('grant-withdrawn');
  const kinds = new Set();
  for (const { headers, body, event } of acme.endpoint.attempts) {
    isCloudEvent(event);
    const read = HTTP.toEvent({ headers, body });
    assert.equal(read.type, event.type);
    assert.deepEqual(read.data, event.data);
    kinds.add(event.type.replace('piot.v1.', ''));
  }
  assert.deepEqual([...kinds].sort(), [
    'command-requested', 'grant-created', 'grant-withdrawn', 'test-notification',
  ]);
});

story('what apps are told, live and in history, are CloudEvents, and the same', async (world) => {
  const { acme, kim, lamp } = await lampAtHome(world);
  const stream = kim.app.follows();
  await stream.isOpen();
  await acme.reports('lamp-1', { on: true, brightness: 40 });
  await kim.app.sets(lamp.deviceId, 'on', false);
  await stream.sees('command-requested');
  const history = new Map((await kim.app.history()).map((event) => [event.id, event]));
  assert.ok(history.size >= 8);
  for (const event of history.values()) {
    isCloudEvent(event);
    for (const name of ['position', 'streamversion', 'actorkind'])
      assert.ok(name in event, `${event.type} has ${name}`);
    assert.equal(event.subject, kim.accountId);
  }
  // What a screen shows of it is told live only: later it may be otherwise.
  for (const { lastEventId, ...event } of stream.events) {
    const { shown, commands, ...data } = event.data;
    assert.deepEqual({ ...event, data }, history.get(event.id));
  }
});

story('what the library makes is taken: one, and a batch', async (world) => {
  const { acme, kim, lamp } = await lampAtHome(world);
  const make = (properties) =>
    new CloudEvent({
      source: 'https://acme.example/cloud',
      type: 'piot.v1.device-state-reported',
      datacontenttype: 'application/json',
      partnerextension: 'kept out of nobody\'s way',
      data: { vendorDeviceId: 'lamp-1', observedAt: now(), properties },
    });
  const { headers, body } = HTTP.structured(make({ on: true }));
  const taken = await acme.post(acme.path('events'), body, {
    ...acme.signed(body), 'content-type': headers['content-type'],
  });
  assert.equal(taken.is(202).results[0].status, 'accepted');
  await kim.app.deviceShows(lamp.deviceId, 'on', true);

  const events = [make({ brightness: 1 }), make({ brightness: 2 })];
  const { results } = (await acme.posts(events.map((event) => event.toJSON()))).is(202);
  assert.deepEqual(results.map(({ id }) => id), events.map(({ id }) => id));
  await kim.app.deviceShows(lamp.deviceId, 'brightness', 2);
});

story('the check refuses what is no CloudEvent', async (world) => {
  const { acme } = await lampAtHome(world);
  const event = await acme.receives('grant-created');
  isCloudEvent(event);
  for (const name of ['specversion', 'id', 'source', 'type', 'data']) {
    const { [name]: taken, ...rest } = event;
    assert.ok(taken);
    assert.throws(() => isCloudEvent(rest), { code: 'ERR_ASSERTION' }, name);
  }
  assert.throws(() => isCloudEvent({ ...event, time: 'now' }), { code: 'ERR_ASSERTION' });
});
