// a_browser_is_told -- does a browser that is not open hear that something waits or has ended:
// once, not at night, and not when somebody has answered?
//
// That nothing was sent shows by what was sent later: pushes leave in the order of their causes.
//
// Planted bugs that this must notice, and did: no ten minutes, no quiet hours, nothing looked
// through after a start, a grant that its giver ended told of as well, Retry-After not heeded, an
// answer told to one browser only, a subscription that is gone and stays.
import { PushService, Browser } from './push_service.mjs';
import { until } from './wait.mjs';
import { assert, story } from './world.mjs';

const A = '/app/v1';
const HOUR_MS = 3_600_000;

async function told(world, ...logins) {
  const service = world.helperOf(await new PushService().open());
  const acme = await world.vendor('Acme');
  const people = [];
  for (const login of logins) {
    const person = await world.household(login);
    person.browser = await subscribes(service, person.app);
    people.push(person);
  }
  return { service, acme, people };
}

async function subscribes(service, app) {
  const browser = service.browser();
  browser.id = (await app.post(`${A}/push-subscriptions`, browser.subscription)).is(201)
    .subscriptionId;
  return browser;
}

const hears = (browser, count) =>
  until(`the browser is told ${count} times`, () => browser.got.length >= count);
const titles = (browser) => browser.pushes.map(({ notification }) => notification.title);

const WAITS = 'A device waits for your answer.';
const ANSWERED = 'Nothing waits for you any more.';
const ENDED = 'Something ended without you: look at Privacy.';

story('an answer is told to every browser that was told of the question', async (world) => {
  const { service, acme, people: [kim] } = await told(world, 'kim');
  const other = await subscribes(service, kim.app);
  await acme.detects(kim, 'lamp-1');
  await hears(kim.browser, 1);
  await hears(other, 1);
  const { consentId } = await kim.app.isAsked('lamp-1');
  (await kim.app.decides(consentId, 'deny')).is(200);
  for (const browser of [kim.browser, other]) {
    await hears(browser, 2);
    assert.deepEqual(titles(browser), [WAITS, ANSWERED]);
    const [waits, answered] = browser.pushes.map(({ notification }) => notification);
    assert.deepEqual(answered.data, { close: waits.tag });
    assert.equal(answered.tag, waits.tag);
    assert.equal(answered.silent, true);
  }
  assert.deepEqual(service.wrong, []);
});

story('in ten minutes there is one push, unless something was answered', async (world) => {
  const { acme, people: [kim, lee] } = await told(world, 'kim', 'lee');
  await acme.detects(kim, 'lamp-1');
  await hears(kim.browser, 1);
  await acme.detects(kim, 'lamp-2');
  await kim.app.isAsked('lamp-2');
  await acme.detects(lee, 'lamp-3');
  await hears(lee.browser, 1);
  assert.deepEqual(titles(kim.browser), [WAITS]);
  const { consentId } = await kim.app.isAsked('lamp-1');
  (await kim.app.decides(consentId, 'grant')).is(200);
  await hears(kim.browser, 2);
  assert.deepEqual(titles(kim.browser), [WAITS, WAITS]);
});

const clock = (ms) => new Date(Date.now() + ms).toISOString().slice(11, 16);

story('in quiet hours nothing is said, and afterwards all at once', async (world) => {
  const { acme, people: [kim, lee, max] } = await told(world, 'kim', 'lee', 'max');
  await acme.detects(kim, 'lamp-0');
  await hears(kim.browser, 1);
  const device = await kim.app.grants('lamp-0');
  await hears(kim.browser, 2);
  const quietHours = { from: clock(-2 * HOUR_MS), to: clock(2 * HOUR_MS) };
  (await kim.app.patch(`${A}/me`, { timeZone: 'Etc/UTC', quietHours })).is(200);
  await acme.detects(kim, 'lamp-1');
  await kim.app.isAsked('lamp-1');
  await acme.tellsWell('device-removed', { vendorDeviceId: 'lamp-0' });
  await until('the grant is gone', async () =>
    (await kim.app.get(`${A}/consents/${device.consentId}`)).body.status === 'revoked');
  await acme.detects(lee, 'lamp-2');
  await hears(lee.browser, 1);
  await world.restart(); // what is held back is not lost
  await acme.detects(max, 'lamp-3');
  await hears(max.browser, 1);
  assert.equal(kim.browser.got.length, 2);
  (await kim.app.patch(`${A}/me`, { quietHours: null })).is(200);
  await hears(kim.browser, 3);
  const { title, body } = kim.browser.pushes[2].notification;
  assert.deepEqual([title, body], [WAITS, ENDED]);
});

story('what ended without the person is said, in their language', async (world) => {
  const { acme, people: [kim] } = await told(world, 'kim');
  (await kim.app.patch(`${A}/me`, { language: 'de' })).is(200);
  await acme.detects(kim, 'lamp-1');
  await kim.app.grants('lamp-1');
  await hears(kim.browser, 2);
  await acme.tellsWell('device-removed', { vendorDeviceId: 'lamp-1' });
  await hears(kim.browser, 3);
  assert.deepEqual(kim.browser.pushes[2].notification, {
    title: 'Etwas endete ohne Ihr Zutun: Sehen Sie unter Privatsphäre nach.',
    lang: 'de',
    tag: 'ended',
    navigate: `${world.url}/#/privacy`,
  });
});

story('what a person undoes is no end to tell them of', async (world) => {
  const { acme, people: [kim] } = await told(world, 'kim');
  await acme.detects(kim, 'lamp-1');
  await hears(kim.browser, 1);
  const { consentId } = await kim.app.isAsked('lamp-1');
  (await kim.app.decides(consentId, 'grant')).is(200);
  await hears(kim.browser, 2);
  (await kim.app.undoes(consentId)).is(200);
  await hears(kim.browser, 3);
  assert.deepEqual(titles(kim.browser), [WAITS, ANSWERED, WAITS]);
  assert.equal(kim.browser.pushes[2].notification.body, undefined);
});

story('a subscription that its service has no more is ended', async (world) => {
  const { service, acme, people: [kim] } = await told(world, 'kim');
  service.usual = () => ({ status: 410 });
  await acme.detects(kim, 'lamp-1');
  const ended = () => kim.app.history('?type=push-unsubscribed');
  await until('it is ended', async () => (await ended()).length === 1);
  const [{ data }] = await ended();
  assert.deepEqual(data, { subscription: kim.browser.id, reason: 'gone' });
  (await kim.app.delete(`${A}/push-subscriptions/${kim.browser.id}`)).is(404);
  await until('it is counted', async () => (await world.metric('pushes_gone_total')) === 1);
});

story('a service that is busy is asked again, when it said', async (world) => {
  const { service, acme, people: [kim] } = await told(world, 'kim');
  service.usual = () => service.attempts.length < 3
    ? { status: 503, headers: { 'retry-after': '1' } } : { status: 201 };
  await acme.detects(kim, 'lamp-1');
  await hears(kim.browser, 1);
  assert.deepEqual(service.attempts.map(({ answered }) => answered), [503, 503, 201]);
  const [first, second] = service.attempts;
  assert.ok(second.at - first.at >= 1000, 'it was left alone for a second');
  await until('it is counted', async () => (await world.metric('pushes_sent_total')) === 1);
});

story('what a service will not have is given up, and the subscription stays', async (world) => {
  const { service, acme, people: [kim] } = await told(world, 'kim');
  service.usual = () => ({ status: 413 });
  await acme.detects(kim, 'lamp-1');
  await until('it is given up', async () => (await world.metric('pushes_failed_total')) === 1);
  assert.equal(service.attempts.length, 1);
  (await kim.app.delete(`${A}/push-subscriptions/${kim.browser.id}`)).is(204);
});

story('who signs out is told nothing more there', async (world) => {
  const { service, acme, people: [kim] } = await told(world, 'kim');
  const { token } = await kim.signsIn();
  const there = { authorization: `Bearer ${token}` };
  const browser = service.browser();
  const { subscriptionId } = (await kim.app.post(`${A}/push-subscriptions`, browser.subscription,
    there)).is(201);
  (await kim.app.delete(`${A}/sessions/current`, there)).is(204);
  (await kim.app.delete(`${A}/push-subscriptions/${subscriptionId}`)).is(404);
  await acme.detects(kim, 'lamp-1');
  await hears(kim.browser, 1);
  assert.deepEqual(service.attempts.map((attempt) => attempt.browser), [kim.browser]);
});

story('where a browser is told is shown to nobody', async (world) => {
  const { people: [kim] } = await told(world, 'kim');
  const { auth, p256dh } = kim.browser.subscription.keys;
  const audit = (await world.operator.post('/operator/v1/tokens',
    { role: 'auditor', name: 'ada', personal: true })).is(201);
  const seen = [
    await kim.app.get(`${A}/history?type=push-subscribed`),
    await world.nobody.get(`/audit/v1/events?type=piot.v1.push-subscribed`,
      { authorization: `Bearer ${audit.token}` }),
  ];
  for (const answer of seen) {
    answer.is(200);
    assert.ok(answer.text.includes(kim.browser.id), 'the subscription is shown');
    for (const secret of [kim.browser.path, auth, p256dh])
      assert.ok(!answer.text.includes(secret) &&
        !answer.text.includes(Buffer.from(secret).toString('base64')), 'where it is, is not');
  }
});

story('a subscription that is none is refused by the field that is wrong', async (world) => {
  const kim = await world.household('kim');
  const good = new Browser().subscription;
  const past = Date.now() - 1000;
  const off = Buffer.from(good.keys.p256dh, 'base64url');
  off[64] ^= 1;
  const wrong = [
    [{ ...good, endpoint: undefined }, 'endpoint'],
    [{ ...good, endpoint: 'ftp://push.example/' }, 'endpoint'],
    [{ ...good, endpoint: 'http://push.example/' }, 'endpoint'],
    [{ ...good, endpoint: `https://push.example/${'x'.repeat(1024)}` }, 'endpoint'],
    [{ ...good, keys: undefined }, 'keys'],
    [{ ...good, keys: 'none' }, 'keys'],
    [{ ...good, keys: { ...good.keys, auth: 'short' } }, 'keys\\.auth'],
    [{ ...good, keys: { ...good.keys, p256dh: good.keys.auth } }, 'keys\\.p256dh'],
    [{ ...good, keys: { ...good.keys, p256dh: off.toString('base64url') } }, 'keys\\.p256dh'],
    [{ ...good, keys: { ...good.keys, more: 1 } }, 'more'],
    [{ ...good, expirationTime: 'soon' }, 'expirationTime'],
    [{ ...good, expirationTime: past }, 'expirationTime'],
    [{ ...good, name: 'phone' }, 'name'],
  ];
  const before = await world.position();
  for (const [body, field] of wrong) {
    const { message } = (await kim.app.post(`${A}/push-subscriptions`, body))
      .is(400, 'INVALID_ARGUMENT');
    assert.match(message, new RegExp(`^${field} `));
  }
  assert.equal(await world.position(), before, 'nothing was appended');
  (await kim.app.post(`${A}/push-subscriptions`, { ...good, expirationTime: Date.now() + HOUR_MS }))
    .is(201);
});

story('plain http is for operators who allow private endpoints', async (world) => {
  const kim = await world.household('kim');
  const { subscription } = new Browser('http://127.0.0.1:9');
  const { message } = (await kim.app.post(`${A}/push-subscriptions`, subscription))
    .is(400, 'INVALID_ARGUMENT');
  assert.match(message, /^endpoint has to be an https URL/);
}, { allow_private_endpoints: 'no' });
