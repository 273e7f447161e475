// PR 001 -- can vendors interwork: be taken on, publish what their devices are, and have
// them inside the service, each by itself?
import { assert, story } from './world.mjs';
import { model } from './vendor.mjs';
import { until } from './wait.mjs';

story('a vendor is onboarded with secrets that are shown once', async (world) => {
  const { operator } = world;
  const asked = { name: 'Acme', endpoint: 'http://127.0.0.1:9/hook' };
  const answer = await operator.post('/operator/v1/vendors', asked);
  const made = answer.is(201);
  assert.match(made.vendorId, /^vnd_[0-9a-z]{26}$/);
  assert.equal(made.status, 'onboarded');
  assert.match(made.signingSecret, /^whsec_[A-Za-z0-9+/]{32,}=*$/);
  assert.match(made.apiKey, /^piot_/);
  assert.equal(answer.headers.location, `/operator/v1/vendors/${made.vendorId}`);

  const shown = (await operator.get(answer.headers.location)).is(200);
  assert.equal(shown.name, 'Acme');
  assert.equal(shown.endpoint, asked.endpoint);
  assert.equal('signingSecret' in shown || 'apiKey' in shown, false);
});

story('a vendor reports devices only while it is approved', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const step = async (name) =>
    (await world.operator.post(`/operator/v1/vendors/${acme.id}/${name}`)).is(200);

  await step('suspend');
  const refused = await acme.tells('device-detected', acme.seen(kim, 'lamp-1', 'lamp'));
  assert.equal(refused.status, 'rejected');
  assert.equal(refused.code, 'VENDOR_NOT_APPROVED');

  await step('resume');
  await acme.detects(kim, 'lamp-1');
  await kim.app.grants('lamp-1');

  assert.equal((await step('offboard')).status, 'offboarding');
  const leaving = await acme.tells('device-detected', acme.seen(kim, 'lamp-2', 'lamp'));
  assert.equal(leaving.code, 'VENDOR_NOT_APPROVED');
  await acme.acknowledges((await acme.receives('grant-withdrawn')).data.grantId);
  await until('it has left', async () =>
    (await world.operator.get(`/operator/v1/vendors/${acme.id}`)).is(200).status === 'offboarded');
  const gone = await acme.posts(acme.event('device-detected', acme.seen(kim, 'lamp-2', 'lamp')));
  gone.is(401, 'UNAUTHENTICATED');
});

story('a vendor publishes versions of a thing model, which never change', async (world) => {
  const acme = await world.vendor('Acme', { models: [] });
  const lamp = { ...model('lamp'), version: { model: '1.0.0' } };
  const put = (body) => acme.put(acme.path('thing-models/lamp'), body);

  assert.equal((await put(lamp)).is(201).thingModel, 'lamp:1.0.0');
  (await put({ ...lamp, title: 'Another' })).is(409, 'THING_MODEL_EXISTS');
  const next = { ...lamp, version: { model: '1.1.0' } };
  assert.equal((await put(next)).is(201).thingModel, 'lamp:1.1.0');

  const kim = await world.household('kim');
  await acme.detects(kim, 'old', 'lamp:1.0.0');
  await acme.detects(kim, 'new', 'lamp');
  assert.equal((await kim.app.isAsked('old')).device.thingModel, 'lamp:1.0.0');
  assert.equal((await kim.app.isAsked('new')).device.thingModel, 'lamp:1.1.0');
});

story('vendors share nothing: neither devices nor references', async (world) => {
  const acme = await world.vendor('Acme');
  const brio = await world.vendor('Brio');
  const kim = await world.household('kim');
  for (const vendor of [acme, brio]) {
    await vendor.detects(kim, 'same-name', 'lamp', { displayName: `${vendor.name}'s lamp` });
    await kim.app.grants(`${vendor.name}'s lamp`);
  }
  const ofAcme = await acme.receives('grant-created');
  const ofBrio = await brio.receives('grant-created');
  assert.notEqual(ofAcme.data.accountRef, ofBrio.data.accountRef);
  assert.notEqual(ofAcme.data.networkRef, ofBrio.data.networkRef);
  for (const event of [ofAcme, ofBrio]) {
    assert.equal(JSON.stringify(event).includes(kim.accountId), false);
    assert.equal(JSON.stringify(event).includes(kim.network.networkId), false);
  }

  await acme.reports('same-name', { on: true });
  const devices = await kim.app.devices();
  const on = Object.fromEntries(devices.map((d) => [d.vendor.name, d.properties.on?.value]));
  assert.deepEqual(on, { Acme: true, Brio: undefined });
  (await brio.get(acme.path('thing-models'))).is(404);
});

story('a vendor tries its endpoint by a test notification', async (world) => {
  const acme = await world.vendor('Acme');
  const ask = () => acme.post(acme.path('test-notification'));

  acme.endpoint.usual = () => ({ status: 410 });
  (await ask()).is(200);
  await until('the endpoint has ended', async () =>
    (await acme.get(acme.path('endpoint'))).is(200).state === 'ended');
  (await ask()).is(409, 'ENDPOINT_MISSING');
  acme.endpoint.usual = () => ({ status: 204 });
  (await acme.put(acme.path('endpoint'), { url: acme.endpoint.url })).is(200);
  const tried = (await ask()).is(200);
  const event = acme.endpoint.taken.find(({ id }) => id.slice(4) === tried.deliveryId.slice(4));
  assert.equal(event.specversion, '1.0');
  assert.deepEqual(Object.keys(tried), ['deliveryId', 'httpStatus', 'latencyMs']);
  assert.equal(tried.httpStatus, 204);
  acme.endpoint.usual = () => ({ status: 503 });
  const { httpStatus, reason } = (await ask()).is(200);
  assert.deepEqual({ httpStatus, reason }, { httpStatus: 503, reason: 'answered 503' });
});
