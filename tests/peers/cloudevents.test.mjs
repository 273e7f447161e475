// cloudevents -- is what leaves piotd a CloudEvent to the CNCF's own library, and what
// docs/vendor-events.md says; and does piotd take what that library makes?
//
// Tried with a planted bug: an event whose specversion and id were taken out on the way
// has to be refused by the check itself, which the last test does.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import validateAsSpecified from 'cloudevents/dist/schema/v1.js';
import { Fetcher } from '../stories/fetcher.mjs';
import { assert, story } from '../stories/world.mjs';
import { now } from '../stories/vendor.mjs';
import { until } from '../stories/wait.mjs';
import { CloudEvent, HTTP } from './packages.mjs';

// The library repairs what it reads, so the attributes are held against schemas, too: the
// specification's own, which comes with the library, and this, which is what it says in prose.
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
  assert.ok(validateAsSpecified(plain), JSON.stringify(validateAsSpecified.errors));
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

// What docs/vendor-events.md says a vendor is told: type -> member of data -> "always" or "may be".
const page = readFileSync(new URL('../../docs/vendor-events.md', import.meta.url), 'utf8');
const told = new Map(page.split('## What you are told')[1].split('\n### ').slice(1).map((part) =>
  [part.split('\n')[0], new Map([...part.matchAll(/^\| `(\w+)` \| [^|]+ \| ([^|]+) \|/gm)]
    .map(([, name, there]) => [name, there]))]));

function isAsThePageSays({ type, data }) {
  const members = told.get(type);
  assert.ok(members, `${type} is on the page`);
  for (const name of Object.keys(data)) assert.ok(members.has(name), `${type} may have ${name}`);
  for (const [name, there] of members)
    assert.ok(there !== 'always' || name in data, `${type} has ${name}`);
}

// How a vendor hears of things; of a command it does not take, so that it can be taken back.
const ways = {
  push: async (world) => {
    const acme = await world.vendor('Acme');
    acme.endpoint.answer('command-requested', () => ({ status: 500 }));
    return { acme, hears: (type) => acme.receives(type), all: () => acme.endpoint.attempts,
      hearsInVain: () => until('it is tried', () => acme.endpoint.attempts
        .some(({ event }) => event.type === 'piot.v1.command-requested')),
      breaks: () => acme.endpoint.answer('test-notification', () => ({ status: 500 })),
      mends: () => acme.endpoint.answer('test-notification', () => ({ status: 204 })) };
  },
  pull: async (world) => {
    const acme = await world.vendor('Acme', { endpoint: false });
    const fetcher = new Fetcher(acme);
    const left = [];
    return { acme, hears: (type) => fetcher.receives(type),
      all: () => [...fetcher.got, ...left].map((event) => ({ event })),
      hearsInVain: async () => left.push(...(await fetcher.page('wait=10')).items),
      breaks: () => acme.put(acme.path('endpoint'), { url: 'http://127.0.0.1:9/' }),
      mends: () => acme.put(acme.path('endpoint'), { mode: 'pull' }) };
  },
};

// All that a vendor can be told of, one after the other.
async function everythingHappens(world, { acme, hears, hearsInVain, breaks, mends }) {
  const kim = await world.household('kim');
  const path = `/operator/v1/vendors/${acme.id}`;
  const numbered = (n) => acme.event('withdrawal-acknowledged', { grantId: 'con_x' },
    { sequence: String(n).padStart(20, '0') });
  const asks = async (name) => {
    await acme.detects(kim, name);
    return kim.app.isAsked(name);
  };
  await kim.app.decides((await asks('lamp-no')).consentId, 'deny');
  await hears('grant-refused');
  await asks('lamp-short');
  const expiresAt = new Date(Date.now() + 3000).toISOString();
  const short = await kim.app.grants('lamp-short', { expiresAt });
  await asks('lamp-1');
  const lamp = await kim.app.grants('lamp-1');
  const cabin = await kim.app.makesNetwork('Cabin');
  const device = `/app/v1/devices/${lamp.deviceId}`;
  (await kim.app.patch(device, { networkId: cabin.networkId, room: 'Hall' })).is(200);
  await hears('device-moved');
  const { commandId } = await kim.app.sets(lamp.deviceId, 'on', true, { validFor: 3600 });
  await hearsInVain();
  (await kim.app.delete(`/app/v1/commands/${commandId}`)).is(200);
  await hears('command-cancelled');
  const consent = `/app/v1/consents/${lamp.consentId}`;
  (await kim.app.patch(consent, { capabilities: ['on'] })).is(200);
  await hears('grant-changed');
  await hears('grant-expired');
  const later = new Date(Date.now() + 3_600_000).toISOString();
  (await kim.app.post(`/app/v1/consents/${short.consentId}/renew`, { expiresAt: later })).is(200);
  await hears('grant-renewed');
  (await kim.app.withdraws(lamp.consentId)).is(200);
  await hears('grant-withdrawn');
  (await acme.posts([numbered(1), numbered(3)])).is(202);
  await hears('events-missing');
  await breaks();
  await acme.post(acme.path('test-notification'));
  await until('it has failed for a while', async () => // before it is fetched, and tried no more
    (await acme.get(acme.path('deliveries'))).is(200).items
      .some(({ type }) => type === 'piot.v1.endpoint-health-changed'));
  await hears('endpoint-health-changed');
  await mends();
  await hears('test-notification');
  (await world.operator.post(`${path}/suspend`, { reason: 'late bills' })).is(200);
  (await world.operator.post(`${path}/resume`)).is(200);
  await hears('vendor-resumed');
}

for (const [way, joins] of Object.entries(ways))
  story(`all that vendors are told by ${way} are CloudEvents, as the page says`, async (world) => {
    const vendor = await joins(world);
    await everythingHappens(world, vendor);
    const kinds = new Set();
    for (const { headers, body, event } of vendor.all()) {
      isCloudEvent(event);
      isAsThePageSays(event);
      kinds.add(event.type);
      if (!body) continue; // fetched
      const read = HTTP.toEvent({ headers, body });
      assert.equal(read.type, event.type);
      assert.deepEqual(read.data, event.data);
    }
    assert.deepEqual([...kinds].sort(), [...told.keys()].sort());
  }, { undo_for: '0s', missing_after: '50ms', endpoint_failing_after: '1s' });

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
