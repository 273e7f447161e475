// asked_again -- does a write that comes again under its Idempotency-Key get its first answer
// and do nothing, also where nobody is proven yet, or what it was about is gone? For every
// route: routes.test.mjs.
//
// Tried with planted bugs: with the key looked up before the password, a wrong password
// learned by 422 that there is such a key; without may_repeat(), the twelfth password tried
// on a used code was answered 422 like the first; with repeat_is_none() saying so to all,
// the activation and the command were answered from the views.
import { randomUUID } from 'node:crypto';
import { assert, story } from './world.mjs';
import { now } from './vendor.mjs';

const PASSWORD = 'correct horse battery';
const fresh = () => ({ 'idempotency-key': randomUUID() });

function isReplay(again, first) {
  assert.deepEqual(again.is(first.status), first.body);
  assert.equal(again.headers['idempotent-replayed'], 'true');
}

story('signing in again under the same key gives the same session', async (world) => {
  await world.household('kim');
  const key = fresh();
  const signIn = (body, headers = key) => world.nobody.post('/app/v1/sessions', body, headers);
  const first = await signIn({ login: 'kim', password: PASSWORD });
  const { token } = first.is(201);
  const before = await world.position();
  isReplay(await signIn({ login: 'kim', password: PASSWORD }), first);
  (await signIn(` {"login":"kim","password":"${PASSWORD}"}`)).is(422, 'IDEMPOTENCY_KEY_REUSED');
  (await signIn({ login: 'kim', password: 'correct horse cavalry' })).is(401, 'UNAUTHENTICATED');
  (await signIn({ login: 'lee', password: PASSWORD })).is(401, 'UNAUTHENTICATED');
  assert.equal(await world.position(), before, 'nothing was appended');
  await world.restart();
  isReplay(await signIn({ login: 'kim', password: PASSWORD }), first);
  const again = await signIn({ login: 'kim', password: PASSWORD }, fresh());
  assert.notEqual(again.is(201).token, token);
});

story('a session that has ended is answered again, and stays ended', async (world) => {
  await world.household('kim');
  const key = fresh();
  const signIn = () =>
    world.nobody.post('/app/v1/sessions', { login: 'kim', password: PASSWORD }, key);
  const first = await signIn();
  const mine = { authorization: `Bearer ${first.is(201).token}` };
  (await world.nobody.delete('/app/v1/sessions/current', mine)).is(204);
  isReplay(await signIn(), first);
  (await world.nobody.get('/app/v1/me', mine)).is(401, 'UNAUTHENTICATED');
});

story('a key of one who signs in is no one else\'s', async (world) => {
  await world.household('kim');
  await world.household('lee');
  const key = fresh();
  const signIn = (login) =>
    world.nobody.post('/app/v1/sessions', { login, password: PASSWORD }, key);
  const kims = (await signIn('kim')).is(201).token;
  const lees = await signIn('lee');
  assert.notEqual(lees.is(201).token, kims);
  assert.equal(lees.headers['idempotent-replayed'], undefined);
  isReplay(await signIn('LEE').then((other) => {
    other.is(422, 'IDEMPOTENCY_KEY_REUSED'); // the same login, but not the same body
    return signIn('lee');
  }), lees);
});

story('an activation again under its key gives its session', async (world) => {
  const opened = await world.operator.post('/operator/v1/accounts', { login: 'kim' });
  const { activationCode: code } = opened.is(201);
  const key = fresh();
  const activate = (password, headers = key) =>
    world.nobody.post('/app/v1/activations', { code, password }, headers);
  const first = await activate(PASSWORD);
  first.is(201);
  isReplay(await activate(PASSWORD), first);
  (await activate(PASSWORD, {})).is(403, 'ACTIVATION_INVALID');
  (await activate(PASSWORD, fresh())).is(403, 'ACTIVATION_INVALID');
  const statuses = [];
  for (let i = 0; i < 12; i++) statuses.push((await activate(`another password ${i}`)).status);
  assert.deepEqual(new Set(statuses), new Set([422, 429]), 'passwords cannot be tried for long');
});

story('a command again after its device was removed has its first answer', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  const { deviceId } = await kim.app.grants('lamp-1');
  const key = fresh();
  const ask = (input) => kim.app.post(`/app/v1/devices/${deviceId}/commands`,
    { operation: 'writeProperty', name: 'on', input }, key);
  const first = await ask(true);
  first.is(202);
  (await kim.app.delete(`/app/v1/devices/${deviceId}`)).is(204);
  isReplay(await ask(true), first);
  (await ask(false)).is(422, 'IDEMPOTENCY_KEY_REUSED');
  const other = fresh();
  (await kim.app.post(`/app/v1/devices/${deviceId}/commands`,
    { operation: 'writeProperty', name: 'on', input: true }, other)).is(404, 'DEVICE_UNKNOWN');
});

story('a delivery again after a withdrawal has its first answer', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  const { consentId } = await kim.app.grants('lamp-1');
  const report = () => acme.event('device-state-reported', {
    vendorDeviceId: 'lamp-1', observedAt: now(), properties: { on: true },
  });
  const event = report();
  const id = `msg_${randomUUID()}`;
  const first = await acme.posts(event, { id });
  assert.equal(first.is(202).results[0].status, 'accepted');
  (await kim.app.withdraws(consentId)).is(200);
  isReplay(await acme.posts(event, { id }), first);
  assert.equal((await acme.posts(report())).is(202).results[0].status, 'rejected');
});
