// PR 003 -- is the person told, and does nothing happen before the person has said yes?
import { assert, story } from './world.mjs';

const DAY_MS = 86_400_000;

story('the question tells who asks, for what, where, and until when', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const stream = kim.app.follows();
  await stream.isOpen();
  await acme.detects(kim, 'lamp-1', 'lamp', { displayName: 'Desk lamp' });
  await stream.sees('consent-requested', (data) => data.displayName === 'Desk lamp');

  const question = await kim.app.isAsked('Desk lamp');
  assert.deepEqual(question.vendor, { vendorId: acme.id, name: 'Acme' });
  assert.deepEqual(question.network, { networkId: kim.network.networkId, name: 'Home' });
  assert.ok(question.capabilities.includes('on'));
  assert.ok(question.purposes.length > 0);
  assert.match(question.notice.text, /Acme.*Desk lamp.*stop/);
  assert.ok(question.notice.version && question.notice.language);
  const days = (new Date(question.lapsesAt) - new Date(question.requestedAt)) / 86_400_000;
  assert.equal(days, 7);
  const alone = (await kim.app.get(`/app/v1/inbox/${question.consentId}`)).is(200);
  assert.deepEqual(alone, question);
  await stream.sees('consent-notified', (data) => data.consent === question.consentId);
});

story('before the yes there is no device, and its vendor can do nothing', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  await kim.app.isAsked('lamp-1');
  assert.deepEqual(await kim.app.devices(), []);
  assert.equal((await acme.reports('lamp-1', { on: true })).code, 'CONSENT_REQUIRED');
  assert.equal((await acme.connects('lamp-1', true)).code, 'CONSENT_REQUIRED');
  assert.deepEqual(acme.endpoint.attempts, []);
});

story('a no is told to the vendor, and the person is not asked again', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const detection = await acme.detects(kim, 'lamp-1');
  const { consentId } = await kim.app.isAsked('lamp-1');
  const denied = (await kim.app.decides(consentId, 'deny')).is(200);
  assert.equal(denied.status, 'denied');

  const told = await acme.receives('grant-refused');
  assert.deepEqual(told.data, { detectionId: detection.detectionId, reason: 'deny' });
  await acme.detects(kim, 'lamp-1');
  assert.deepEqual(await kim.app.inbox(), []);
  assert.deepEqual(await kim.app.devices(), []);
  (await kim.app.decides(consentId, 'grant')).is(409, 'CONSENT_ALREADY_DECIDED');
}, { undo_for: '100ms' });

story('"later" leaves the question open and says until when it bothers nobody', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  const { consentId, postponedUntil } = await kim.app.isAsked('lamp-1');
  assert.equal(postponedUntil, undefined);
  const before = Date.now();
  (await kim.app.decides(consentId, 'later')).is(200);
  const until = Date.parse((await kim.app.isAsked('lamp-1')).postponedUntil) - DAY_MS;
  assert.ok(until >= before - 1 && until <= Date.now() + 1);
  assert.equal((await kim.app.grants('lamp-1')).consentId, consentId);
});

story('"never this vendor" silences the vendor for this account only', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const lee = await world.household('lee');
  await acme.detects(kim, 'lamp-1');
  const { consentId } = await kim.app.isAsked('lamp-1');
  (await kim.app.decides(consentId, 'never-vendor')).is(200);
  await acme.detects(kim, 'lamp-2');
  await acme.detects(lee, 'lamp-3');
  await lee.app.isAsked('lamp-3');
  assert.deepEqual(await kim.app.inbox(), []);
});

story('an unanswered question lapses, and the next detection asks again', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const stream = kim.app.follows();
  await stream.isOpen();
  await acme.detects(kim, 'lamp-1');
  const first = await stream.sees('consent-requested');
  const lapsed = await stream.sees('consent-lapsed');
  assert.equal(lapsed.data.consent, first.data.consent);
  await acme.detects(kim, 'lamp-1');
  await stream.sees('consent-requested', (data) => data.consent !== first.data.consent);
}, { consent_lapse: '1s' });

story('the person may grant less than was asked for', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  const { consentId, capabilities } = await kim.app.isAsked('lamp-1');
  assert.ok(capabilities.length > 1);
  const other = capabilities.find((name) => name !== 'on');
  const grant = (list) => kim.app.decides(consentId, 'grant', { capabilities: list });
  (await grant(['on', 'self-destruct'])).is(400, 'CAPABILITY_NOT_REQUESTED');
  const { deviceId } = (await grant(['on'])).is(200);
  (await kim.app.asks(deviceId, 'on', true)).is(202);
  const created = await acme.receives('grant-created');
  assert.deepEqual(created.data.capabilities, ['on']);
  assert.notEqual(other, undefined);
});

story('a grant may have an end, after which nothing passes, and be renewed', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const stream = kim.app.follows();
  await stream.isOpen();
  await acme.detects(kim, 'lamp-1');
  const expiresAt = new Date(Date.now() + 1500).toISOString();
  const device = await kim.app.grants('lamp-1', { expiresAt });
  await stream.sees('device-suspended');
  assert.equal((await acme.reports('lamp-1', { on: true })).code, 'CONSENT_EXPIRED');
  (await kim.app.asks(device.deviceId, 'on', true)).is(409, 'DEVICE_SUSPENDED');

  (await kim.app.post(`/app/v1/consents/${device.consentId}/renew`)).is(200);
  await acme.receives('grant-renewed', (data) => data.grantId === device.consentId);
  assert.equal((await acme.reports('lamp-1', { on: true })).status, 'accepted');
});

story('a grant may be made smaller afterwards, and its vendor is told', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  const { deviceId, consentId } = await kim.app.grants('lamp-1');
  assert.equal((await acme.reports('lamp-1', { on: true, brightness: 40 })).status, 'accepted');
  await kim.app.deviceShows(deviceId, 'brightness', 40);
  const path = `/app/v1/consents/${consentId}`;
  const changed = (await kim.app.patch(path, { capabilities: ['on'] })).is(200);
  assert.deepEqual(changed.capabilities, ['on']);

  const told = await acme.receives('grant-changed');
  assert.deepEqual(told.data,
    { grantId: consentId, vendorDeviceId: 'lamp-1', capabilities: ['on'] });
  assert.deepEqual(Object.keys((await kim.app.device(deviceId)).properties), ['on']);
  (await kim.app.asks(deviceId, 'brightness', 50)).is(403, 'CAPABILITY_NOT_GRANTED');
  assert.equal((await acme.reports('lamp-1', { brightness: 50 })).code, 'CAPABILITY_NOT_GRANTED');
  (await kim.app.patch(path, { capabilities: ['on', 'brightness'] })).is(400, 'GRANT_CANNOT_GROW');
  const page = await kim.app.get(`${path}/receipt`, { accept: 'text/html' });
  assert.match(page.text, /May read and control<\/th><td><bdi>on<\/bdi><\/td>/);
  assert.match(page.text, /You allowed less/);
});
