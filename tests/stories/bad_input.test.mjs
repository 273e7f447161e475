// bad_input -- is everything that is not as it should be refused in one form, naming what
// is wrong, and without a trace in the log?
//
// Tried with a planted bug: piotd with --set signature_tolerance=1h took the old signature,
// which failed 'a signature is good for 300 seconds and no longer'.
import { randomUUID } from 'node:crypto';
import { assert, story } from './world.mjs';
import { now } from './vendor.mjs';

// Runs refused calls and sees that nothing was appended by any of them.
async function changesNothing(world, calls) {
  const before = await world.position();
  await calls();
  assert.equal(await world.position(), before, 'nothing was appended');
}

// The vendor has no endpoint: what becomes of a webhook is an event too, and comes when it
// likes.
async function granted(world) {
  const acme = await world.vendor('Acme', { endpoint: false });
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  const device = await kim.app.grants('lamp-1');
  return { acme, kim, device };
}

story('an error has one body: CAMARA\'s and RFC 9457\'s in one', async (world) => {
  const kim = await world.household('kim');
  const unknown = `/app/v1/devices/${kim.network.networkId}`;
  const answer = await kim.app.get(unknown, { 'x-correlator': 'my-own-1' });
  const { instance, message, ...rest } = answer.is(404);
  assert.deepEqual(rest, {
    type: `${world.url}/errors/not-found`, title: 'Not Found', status: 404, code: 'NOT_FOUND',
  });
  assert.ok(message.length > 0);
  assert.match(instance, /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.equal(answer.headers['x-correlator'], 'my-own-1');
  assert.match(answer.headers['content-type'], /^application\/json/);

  const asked = await kim.app.get(unknown, { accept: 'application/problem+json' });
  assert.match(asked.headers['content-type'], /^application\/problem\+json/);
  assert.equal(asked.body.code, 'NOT_FOUND');
});

story('every error has a correlator, also where no route has been found', async (world) => {
  const kim = await world.household('kim');
  const mine = { 'x-correlator': 'my-own-2' };
  const large = await kim.app.post('/app/v1/networks', { name: 'x'.repeat(300_000) }, mine);
  large.is(413, 'CONTENT_TOO_LARGE');
  assert.equal(large.headers['x-correlator'], 'my-own-2');
  const long = await kim.app.get(`/${'x'.repeat(9000)}`, mine);
  long.is(414, 'URI_TOO_LONG');
  assert.match(long.headers['x-correlator'], /^req_/, 'the headers after it are not read');
});

story('a field that is unknown, missing or of the wrong type is named', async (world) => {
  const { acme, kim, device } = await granted(world);
  const networks = (body) => kim.app.post('/app/v1/networks', body);
  const vendor = (body) => world.operator.patch(`/operator/v1/vendors/${acme.id}`, body);
  await changesNothing(world, async () => {
    const cases = [
      [networks({ name: 'Cabin', colour: 'red' }), 'colour'],
      [networks({}), 'name'],
      [networks({ name: 17 }), 'name'],
      [networks({ name: '' }), 'name'],
      [networks({ name: 'x'.repeat(65) }), 'name'],
      [networks({ name: null }), 'name'],
      [kim.app.patch(`/app/v1/devices/${device.deviceId}`, { networkId: 'home' }), 'networkId'],
      [kim.app.asks(device.deviceId, 'on', 'yes'), 'on'],
      [kim.app.asks(device.deviceId, 'brightness', 101), 'brightness'],
      [kim.app.asks(device.deviceId, 'power', 5), 'power'],
      [kim.app.asks(device.deviceId, 'nonesuch', 5), 'nonesuch'],
      [acme.put(acme.path('endpoint'), { url: 'ftp://acme.example/' }), 'url'],
      [vendor({ name: '' }), 'name'],
      [vendor({ name: null }), 'name'],
      [vendor({ limits: { promptsOpenMax: 0 } }), 'limits.promptsOpenMax'],
      [vendor({ limits: { devices: 1 } }), 'limits.devices'],
      [vendor({ limits: 7 }), 'limits'],
      [vendor({ contact: { name: 'Acme', address: 'Oslo' } }), 'contact.url'],
      [vendor({ contact: { name: 'Acme', address: 'Oslo', url: 'acme' } }), 'contact.url'],
      [acme.put(acme.path('thing-models/x'), { title: 'X' }), '@type'],
    ];
    for (const [call, name] of cases) {
      const { message } = (await call).is(400, 'INVALID_ARGUMENT');
      assert.equal(message.split(' ')[0], name, message);
    }
  });
});

story('what is no JSON, no object, or of another media type is refused', async (world) => {
  const kim = await world.household('kim');
  const networks = (body, type) =>
    kim.app.post('/app/v1/networks', body, type && { 'content-type': type });
  await changesNothing(world, async () => {
    const twice = '{"name":"a","name":"b"}';
    for (const body of ['{"name":', '[]', '"Cabin"', twice, '{"name":"\\ud800"}'])
      (await networks(body)).is(400, 'INVALID_ARGUMENT');
    (await networks(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]))).is(400, 'INVALID_ARGUMENT');
    const text = { 'content-type': 'text/plain' };
    (await networks('{"name":"a"}', 'text/plain')).is(415, 'UNSUPPORTED_MEDIA_TYPE');
    (await world.operator.post('/operator/v1/leases', '[]', text)).is(415);
    (await networks(JSON.stringify({ name: 'x'.repeat(300_000) }))).is(413, 'CONTENT_TOO_LARGE');
    (await kim.app.get('/app/v1/networks?nonesuch=1')).is(400, 'INVALID_ARGUMENT');
    (await kim.app.get('/app/v1/networks?limit=201')).is(400);
    (await kim.app.get('/app/v1/networks?limit=1&limit=2')).is(400, 'INVALID_ARGUMENT');
    (await kim.app.get('/app/v1/nonesuch')).is(404, 'NOT_FOUND');
    (await kim.app.put('/app/v1/networks', {})).is(405, 'METHOD_NOT_ALLOWED');
    (await kim.app.get('/app/v1/me', { 'x-correlator': 'no blanks' })).is(400, 'INVALID_ARGUMENT');
  });
});

story('a bare value is of the same media types as a body', async (world) => {
  const { kim, device } = await granted(world);
  const path = `/app/v1/devices/${device.deviceId}/properties/on`;
  await changesNothing(world, async () => {
    (await kim.app.put(path, 'true', { 'content-type': 'text/plain' })).is(415);
  });
  (await kim.app.put(path, 'true', { 'content-type': undefined })).is(202);
});

story('a lease of what no gateway can have, or of everything, is refused', async (world) => {
  const kim = await world.household('kim@example.org');
  const { gatewayId } = kim;
  const from = new Date().toISOString();
  const wrong = [
    ...['::/32', '::1/128', 'fe80::/64', 'ff00::/32', 'ff02::/64', '::/0', '2000::/3', '2001::/31']
      .map((ipv6Prefix) => ({ ipv6Prefix })),
    ...['0.0.0.0', '127.0.0.1', '169.254.1.1', '224.0.0.1', '255.255.255.255']
      .map((ipv4) => ({ ipv4 })),
    { ipv4: '198.51.100.1', from: '1970-01-01T00:00:00Z' },
  ];
  for (const one of wrong) {
    const lease = { gatewayId, from, ...one };
    const { message } = (await world.operator.post('/operator/v1/leases', [lease])).is(400);
    const field = one.from ? 'from' : Object.keys(one)[0];
    assert.match(message, new RegExp(`In item 1: .*${field}`), message);
  }
  for (const one of [{ ipv4: '10.1.2.3' }, { ipv4: '100.64.0.1' }, { ipv6Prefix: 'fd00:1::/48' }])
    (await world.operator.post('/operator/v1/leases', [{ gatewayId, from, ...one }])).is(200);
});

story('of lines of leases the one that is wrong is named, and none is taken', async (world) => {
  const lease = { gatewayId: 'box-1', ipv4: '192.0.2.1', from: now() };
  const lines = `${JSON.stringify(lease)}\n\n${JSON.stringify({ ...lease, ipv4: 'none' })}\n`;
  await changesNothing(world, async () => {
    const type = { 'content-type': 'application/x-ndjson' };
    const { message } = (await world.operator.post('/operator/v1/leases', lines, type)).is(400);
    assert.match(message, /^In line 3: ipv4 .* None were taken\.$/);
  });
});

story('without a good token of the right role nobody comes in', async (world) => {
  const { acme, kim } = await granted(world);
  const brio = await world.vendor('Brio');
  const as = (token) =>
    world.nobody.get('/app/v1/me', token ? { authorization: `Bearer ${token}` } : {});
  await changesNothing(world, async () => {
    const none = await as();
    none.is(401, 'UNAUTHENTICATED');
    assert.match(none.headers['www-authenticate'], /^Bearer/);
    (await as('piot_a_nonsense')).is(401, 'UNAUTHENTICATED');
    (await as(acme.token)).is(403, 'PERMISSION_DENIED');
    (await as(world.operator.token)).is(403, 'PERMISSION_DENIED');
    (await kim.app.get('/operator/v1/accounts')).is(403, 'PERMISSION_DENIED');
    (await acme.get(brio.path('thing-models'))).is(404, 'NOT_FOUND');
  });
  assert.equal((await kim.app.delete('/app/v1/sessions/current')).status, 204);
  (await kim.app.get('/app/v1/me')).is(401, 'UNAUTHENTICATED');
});

story('a token is valid until it expires', async (world) => {
  const expiresAt = new Date(Date.now() + 1000).toISOString();
  const asked = { role: 'auditor', name: 'short', expiresAt };
  const { token } = (await world.operator.post('/operator/v1/tokens', asked)).is(201);
  const as = { authorization: `Bearer ${token}` };
  const past = { ...asked, expiresAt: '2020-01-01T00:00:00Z' };
  (await world.operator.post('/operator/v1/tokens', past)).is(400, 'ALREADY_EXPIRED');
  assert.notEqual((await world.nobody.get('/audit/v1/checkpoint', as)).status, 401);
  for (let answer; answer?.status !== 401; )
    answer = await world.nobody.get('/audit/v1/checkpoint', as);
  assert.ok(new Date() >= new Date(expiresAt));
});

story('a signature is good for 300 seconds and no longer', async (world) => {
  const { acme } = await granted(world);
  const event = () =>
    acme.event('device-connectivity-changed', {
      vendorDeviceId: 'lamp-1', observedAt: now(), online: true,
    });
  const at = (seconds) => acme.posts(event(), { at: new Date(Date.now() + seconds * 1000) });
  await changesNothing(world, async () => {
    (await at(-305)).is(401, 'UNAUTHENTICATED');
    (await at(305)).is(401, 'UNAUTHENTICATED');
    const wrong = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    (await acme.posts(event(), { secret: wrong })).is(401, 'UNAUTHENTICATED');
    const body = JSON.stringify(event());
    const headers = { 'content-type': 'application/cloudevents+json', ...acme.signed(body) };
    (await acme.post(acme.path('events'), `${body} `, headers)).is(401, 'UNAUTHENTICATED');
    const leading = { ...headers, 'webhook-timestamp': `0${headers['webhook-timestamp']}` };
    (await acme.post(acme.path('events'), body, leading)).is(401, 'UNAUTHENTICATED');
    const bare = { ...headers, 'webhook-signature': undefined };
    (await acme.post(acme.path('events'), body, bare)).is(401, 'UNAUTHENTICATED');
    (await acme.post(acme.path('events'), body, { ...headers, 'content-type': 'text/plain' }))
      .is(415, 'UNSUPPORTED_MEDIA_TYPE');
  });
  (await at(-290)).is(202);
});

story('a delivery that comes again gets its first answer, and happens once', async (world) => {
  const { acme } = await granted(world);
  const event = acme.event('device-state-reported', {
    vendorDeviceId: 'lamp-1', observedAt: now(), properties: { on: true },
  });
  const id = `msg_${randomUUID()}`;
  const first = await acme.posts(event, { id });
  await changesNothing(world, async () => {
    const again = await acme.posts(event, { id });
    assert.deepEqual(again.is(202), first.is(202));
    assert.equal(again.headers['idempotent-replayed'], 'true');
    const other = { ...event, data: { ...event.data, properties: { on: false } } };
    (await acme.posts(other, { id })).is(422, 'IDEMPOTENCY_KEY_REUSED');
    const later = (await acme.posts(event)).is(202);
    assert.deepEqual(later.results, [{ index: 0, id: event.id, status: 'duplicate' }]);
  });
});

story('a write that is repeated under its Idempotency-Key is done once', async (world) => {
  const kim = await world.household('kim');
  const key = { 'idempotency-key': randomUUID() };
  const make = (name) => kim.app.post('/app/v1/networks', { name }, key);
  const first = await make('Cabin');
  await changesNothing(world, async () => {
    const again = await make('Cabin');
    assert.deepEqual(again.is(201), first.is(201));
    assert.equal(again.headers.location, first.headers.location);
    assert.equal(again.headers['idempotent-replayed'], 'true');
    (await make('Office')).is(422, 'IDEMPOTENCY_KEY_REUSED');
  });
  assert.equal((await kim.app.networks()).length, 2);
  const lee = await world.household('lee');
  (await lee.app.post('/app/v1/networks', { name: 'Cabin' }, key)).is(201);
});

story('of a batch the good events are taken and each bad one is named', async (world) => {
  const { acme, kim, device } = await granted(world);
  const state = (properties, attributes, name = 'lamp-1') =>
    acme.event('device-state-reported', { vendorDeviceId: name, observedAt: now(), properties },
      attributes);
  const batch = [
    state({ on: true }),
    state({ on: 'yes' }),
    state({ on: true }, { type: 'piot.v1.nonesuch' }),
    state({ on: true }, { specversion: '0.3' }),
    state({ brightness: 40 }, { partnerextension: 'is welcome' }),
    state({ on: true }, {}, 'nobodys-lamp'),
    { ...state({ on: true }), data: { vendorDeviceId: 'lamp-1', mood: 'fine' } },
    'no event at all',
    state({ on: false }),
  ];
  const { results } = (await acme.posts(batch)).is(202);
  assert.deepEqual(results.map(({ status, code }) => code ?? status), [
    'accepted', 'INVALID_ARGUMENT', 'INVALID_ARGUMENT', 'INVALID_ARGUMENT', 'accepted',
    'CONSENT_REQUIRED', 'INVALID_ARGUMENT', 'INVALID_ARGUMENT', 'accepted',
  ]);
  assert.deepEqual(results.map(({ id }) => id), batch.map((event) => event.id ?? null));
  assert.deepEqual(results.map(({ index }) => index), batch.map((_, index) => index));
  assert.deepEqual(results.map(({ pointer }) => pointer), [
    undefined, '/data/properties/on', '/type', '/specversion', undefined, undefined, '/data/mood',
    undefined, undefined,
  ]);
  assert.match(results[1].message, /data\.properties\.on/);
  assert.match(results[6].message, /data\.mood/);
  const shown = await kim.app.deviceShows(device.deviceId, 'on', false);
  assert.equal(shown.properties.brightness.value, 40);
});

story('a whole batch that is too long or no list is refused', async (world) => {
  const { acme } = await granted(world);
  const event = () => acme.event('withdrawal-acknowledged', { grantId: 'con_x' });
  const batch = { headers: { 'content-type': 'application/cloudevents-batch+json' } };
  await changesNothing(world, async () => {
    (await acme.posts(event(), batch)).is(400, 'INVALID_ARGUMENT');
    for (const body of ['[', '[{}', '[{}]]', '[{}] 1', '[{"a":"b}]'])
      (await acme.posts(body, batch)).is(400, 'INVALID_ARGUMENT');
    (await acme.posts(Array.from({ length: 501 }, event))).is(400, 'OUT_OF_RANGE');
    const { results } = (await acme.posts(Array.from({ length: 500 }, event))).is(202);
    assert.equal(results.length, 500);
    assert.ok(results.every(({ code }) => code === 'INVALID_ARGUMENT'));
  });
});

story('after a withdrawal, and for strangers, a device is as if it were not', async (world) => {
  const { acme, kim, device } = await granted(world);
  const lee = await world.household('lee');
  (await kim.app.withdraws(device.consentId)).is(200);
  await changesNothing(world, async () => {
    assert.equal((await acme.reports('lamp-1', { on: true })).code, 'CONSENT_WITHDRAWN');
    for (const app of [kim.app, lee.app]) {
      (await app.get(`/app/v1/devices/${device.deviceId}`)).is(404, 'DEVICE_UNKNOWN');
      (await app.asks(device.deviceId, 'on', true)).is(404, 'DEVICE_UNKNOWN');
      (await app.get(`/app/v1/devices/${lee.network.networkId}`)).is(404);
    }
    const consent = `/app/v1/consents/${device.consentId}`;
    (await lee.app.get(consent)).is(404, 'CONSENT_UNKNOWN');
    (await lee.app.post(`${consent}/withdraw`)).is(404, 'CONSENT_UNKNOWN');
    (await lee.app.get(`/app/v1/networks/${kim.network.networkId}`)).is(404, 'NETWORK_UNKNOWN');
    (await lee.app.get(`/app/v1/history?device=${device.deviceId}`)).is(404, 'DEVICE_UNKNOWN');
  });
});
