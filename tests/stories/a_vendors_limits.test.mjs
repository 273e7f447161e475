// a_vendors_limits -- does a vendor see how it stands with the operator, and do its limits hold
// without a person, or another vendor, noticing?
import { Client } from './client.mjs';
import { until } from './wait.mjs';
import { assert, story } from './world.mjs';

const own = (acme) => `/vendor/v1/${acme.id}`;
const theirs = (acme) => `/operator/v1/vendors/${acme.id}`;
const limited = async (world, acme, limits) =>
  (await world.operator.patch(theirs(acme), { limits })).is(200);

story('a vendor sees itself as the operator does', async (world) => {
  const contact = { name: 'Cato AS', address: '1 Cato Road, Oslo', url: 'https://cato.example/' };
  const asked = { name: 'Cato', limits: { devicesMax: 9, eventsPerSecond: 50 }, contact };
  const made = (await world.operator.post('/operator/v1/vendors', asked)).is(201);
  const cato = new Client(world, { token: made.apiKey });
  const { name, limits } = asked;
  const expected = { vendorId: made.vendorId, name, status: 'onboarded', limits, contact };
  const seen = await cato.get(`/vendor/v1/${made.vendorId}`);
  assert.deepEqual(seen.is(200), expected);
  const again = await cato.get(`/vendor/v1/${made.vendorId}`,
    { 'if-none-match': seen.headers.etag });
  again.is(304);

  const path = `/operator/v1/vendors/${made.vendorId}`;
  const changed = { limits: { promptsOpenMax: 3 }, contact: { ...contact, address: 'Bergen' } };
  const answer = (await world.operator.patch(path, changed)).is(200);
  assert.deepEqual(answer, { ...expected, ...changed });
  assert.deepEqual((await cato.get(`/vendor/v1/${made.vendorId}`)).is(200), answer);
});

story('who reports too much in a second waits, and nobody else does', async (world) => {
  const [acme, brio] = [await world.vendor('Acme'), await world.vendor('Brio')];
  await limited(world, acme, { eventsPerSecond: 1 });
  const events = (vendor) => Array.from({ length: 40 }, () =>
    vendor.event('withdrawal-acknowledged', { grantId: 'con_x' }));
  const taken = await acme.posts(events(acme)); // more than a second's, but none before
  taken.is(202);
  assert.equal(taken.headers['ratelimit-limit'], '1');
  assert.equal(taken.headers['ratelimit-remaining'], '0');
  const refused = await acme.posts(events(acme).slice(0, 1));
  refused.is(429, 'TOO_MANY_REQUESTS');
  assert.ok(Number(refused.headers['retry-after']) > 30, refused.headers['retry-after']);
  assert.equal(refused.headers['ratelimit-limit'], '1');
  (await acme.get(own(acme))).is(200); // what is no report is not counted
  (await brio.posts(events(brio))).is(202);
  await limited(world, acme, {});
  (await acme.posts(events(acme))).is(202);
});

story('every answer to whoever is proven says how much is left', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const told = ({ headers }) => Object.keys(headers).filter((name) => name.startsWith('ratelimit'));
  const all = ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'];
  for (const answer of [
    await acme.get(own(acme)),
    await acme.get('/vendor/v1/vnd_another'),
    await acme.get('/app/v1/me'),
    await acme.posts(acme.event('withdrawal-acknowledged', { grantId: 'con_x' })),
    await acme.posts('not an event'),
    await kim.app.get('/app/v1/me/export'),
    await kim.app.post('/app/v1/networks', {}),
    await world.operator.get('/operator/v1/vendors'),
    await world.operator.get('/audit/v1/events'),
  ])
    assert.deepEqual(told(answer).sort(), all, answer.asked);
  assert.deepEqual(told(await world.nobody.get(own(acme))), []);
  assert.deepEqual(told(await acme.posts([], { secret: `whsec_${'A'.repeat(32)}` })), []);
});

story('a vendor with as many devices as it may asks for no more, and is told', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await limited(world, acme, { devicesMax: 1 });
  await acme.detects(kim, 'lamp-1');
  await acme.detects(kim, 'lamp-2'); // asked before there was one too many
  const { consentId } = await kim.app.grants('lamp-1');
  const reports = (name) => acme.tells('device-detected', acme.seen(kim, name, 'lamp'));
  assert.equal((await reports('lamp-3')).code, 'QUOTA_EXCEEDED');
  assert.equal((await reports('lamp-1')).status, 'accepted');
  await kim.app.grants('lamp-2'); // nobody says yes in vain
  await kim.app.withdraws(consentId);
  assert.equal((await reports('lamp-1')).code, 'QUOTA_EXCEEDED');
  await limited(world, acme, { devicesMax: 2 });
  assert.equal((await reports('lamp-3')).status, 'accepted');
});

story('a vendor that does not take its webhooks asks for no more', async (world) => {
  const acme = await world.vendor('Acme', { endpoint: false });
  const kim = await world.household('kim');
  await limited(world, acme, { deliveriesPendingMax: 1 });
  await acme.detects(kim, 'lamp-1');
  const reports = (name) => acme.tells('device-detected', acme.seen(kim, name, 'lamp'));
  const granted = await kim.app.grants('lamp-1');
  assert.equal((await reports('lamp-2')).code, 'QUOTA_EXCEEDED');
  assert.equal((await acme.reports('lamp-1', { on: true })).status, 'accepted');
  await kim.app.withdraws(granted.consentId); // that waits all the same
  (await acme.put(acme.path('endpoint'), { url: acme.endpoint.url })).is(200);
  await acme.receives('grant-withdrawn');
  await until('nothing waits any more', async () =>
    (await reports('lamp-2')).status === 'accepted');
});
