// a_password_is_changed -- who is signed in where, can that be ended, and does what cannot be
// taken back take the password?
//
// Tried with planted bugs: a stream that went on after another password, a read that waited on
// for its command, and a password that was not looked at again in the turn.
import { Client } from './client.mjs';
import { Stream } from './stream.mjs';
import { until } from './wait.mjs';
import { assert, story } from './world.mjs';

const A = '/app/v1';
const PASSWORD = 'correct horse battery';
const ANOTHER = 'purple staple engine';

const sessionsOf = async (client) => (await client.get(`${A}/sessions`)).is(200).items;
const changes = (client, current, next) =>
  client.put(`${A}/me/password`, { current, new: next });

// The stream ended, and whoever comes back to it is not let in.
const isShut = (stream) =>
  until('the stream is over', () => stream.source.readyState === stream.source.CLOSED);

// Another telephone of the same person.
async function elsewhere(world, kim) {
  const { token } = await kim.signsIn();
  return new Client(world, { token });
}

story('a person sees where they are signed in, and ends what is not theirs', async (world) => {
  const kim = await world.household('kim');
  const lee = await world.household('lee');
  const other = await elsewhere(world, kim);
  const stream = world.streamOf(new Stream(`${world.url}${A}/stream`, other.token));
  await stream.isOpen();
  const items = await sessionsOf(kim.app);
  assert.deepEqual(items.map(({ current }) => current), [true, false]);
  for (const { tokenId, openedAt, expiresAt } of items) {
    assert.match(tokenId, /^tok_/);
    assert.ok(Date.parse(openedAt) <= Date.now() && Date.parse(expiresAt) > Date.now());
  }
  assert.deepEqual((await sessionsOf(other)).map(({ current }) => current), [false, true]);
  const [, { tokenId }] = items;
  (await lee.app.delete(`${A}/sessions/${tokenId}`)).is(404, 'NOT_FOUND');
  (await other.get(`${A}/me`)).is(200);
  (await kim.app.delete(`${A}/sessions/${tokenId}`)).is(204);
  (await other.get(`${A}/me`)).is(401, 'UNAUTHENTICATED');
  await stream.sees('session-closed');
  await isShut(stream);
  (await kim.app.delete(`${A}/sessions/${tokenId}`)).is(404, 'NOT_FOUND');
  assert.equal((await sessionsOf(kim.app)).length, 1);
  assert.equal((await sessionsOf(lee.app)).length, 1);
});

story('a read that waits for a command ends with its session', async (world) => {
  const mute = await world.vendor('Mute', { endpoint: false });
  const kim = await world.household('kim');
  await mute.detects(kim, 'lamp-1');
  const { deviceId } = await kim.app.grants('lamp-1');
  const { commandId } = await kim.app.sets(deviceId, 'on', true, { validFor: 600 });
  const other = await elsewhere(world, kim);
  const waits = other.get(`${A}/commands/${commandId}?wait=30`);
  await until('it waits', async () => (await world.metric('requests_open')) >= 1);
  const begun = performance.now();
  (await other.delete(`${A}/sessions/current`)).is(204);
  (await waits).is(401, 'UNAUTHENTICATED');
  assert.ok(performance.now() - begun < 25_000, 'it did not wait for its time to be over');
});

story('another password ends all sessions but the one it is changed in', async (world) => {
  const kim = await world.household('kim');
  const other = await elsewhere(world, kim);
  const stream = world.streamOf(new Stream(`${world.url}${A}/stream`, other.token));
  const stays = kim.app.follows();
  await stream.isOpen();
  await stays.isOpen();
  (await changes(kim.app, PASSWORD, ANOTHER)).is(204);
  (await other.get(`${A}/me`)).is(401, 'UNAUTHENTICATED');
  await stream.sees('password-changed');
  await isShut(stream);
  assert.equal((await kim.app.get(`${A}/me`)).is(200).login, 'kim');
  assert.deepEqual((await sessionsOf(kim.app)).map(({ current }) => current), [true]);
  await kim.app.makesNetwork('Attic');
  const told = await stays.sees('password-changed');
  await stays.sees('network-created', ({ name }) => name === 'Attic');
  assert.equal(stays.opened, 1, 'its stream went on');
  assert.ok(!JSON.stringify(told).includes('scrypt') && !('password' in told.data));

  const signsIn = (password) => world.nobody.post(`${A}/sessions`, { login: 'kim', password });
  (await signsIn(PASSWORD)).is(401, 'UNAUTHENTICATED');
  (await signsIn(ANOTHER)).is(201);
  const [log] = (await kim.app.get(`${A}/me/access-log`)).is(200).items
    .filter(({ what }) => what === 'password-changed');
  assert.equal(log.by.kind, 'subscriber');
  await world.restart();
  (await signsIn(ANOTHER)).is(201);
});

story('a password is changed only by who knows it, and to one that will do', async (world) => {
  const kim = await world.household('kim');
  const other = await elsewhere(world, kim);
  const wrong = await changes(kim.app, 'not this one', ANOTHER);
  wrong.is(403, 'PASSWORD_WRONG');
  assert.equal(wrong.headers['www-authenticate'], undefined, 'the session is as good as before');
  const bad = async (body, field) => {
    const { message } = (await kim.app.put(`${A}/me/password`, body)).is(400, 'INVALID_ARGUMENT');
    assert.ok(message.startsWith(`${field} `), message);
    assert.ok(!message.includes(PASSWORD));
  };
  await bad({ new: ANOTHER }, 'current');
  await bad({ current: PASSWORD }, 'new');
  await bad({ current: PASSWORD, new: '2short' }, 'new');
  await bad({ current: PASSWORD, new: 'x'.repeat(257) }, 'new');
  await bad({ current: PASSWORD, new: ANOTHER, login: 'kim' }, 'login');
  (await other.get(`${A}/me`)).is(200);
  assert.equal((await kim.app.history('?type=password-changed')).length, 0);
});

story('a stolen telephone cannot try passwords, and keeps nobody else from it', async (world) => {
  const kim = await world.household('kim');
  const other = await elsewhere(world, kim);
  for (let n = 0; n < 10; n += 1)
    (await changes(other, `guess ${n} of many`, ANOTHER)).is(403, 'PASSWORD_WRONG');
  const shut = await changes(other, PASSWORD, ANOTHER);
  shut.is(429, 'TOO_MANY_REQUESTS');
  assert.ok(Number(shut.headers['retry-after']) > 0);
  (await other.call('DELETE', `${A}/me`, { password: PASSWORD })).is(429, 'TOO_MANY_REQUESTS');
  (await changes(kim.app, PASSWORD, ANOTHER)).is(204);
});

story('of two who change it at once, one does', async (world) => {
  const kim = await world.household('kim');
  const other = await elsewhere(world, kim);
  const both = async (one, two, current) => {
    const answers = await Promise.all([
      changes(one, current, 'the first of two'), changes(two, current, 'the other of two'),
    ]);
    const won = answers.findIndex(({ status }) => status === 204);
    assert.ok(won >= 0 && answers[1 - won].status !== 204, 'one of two');
    return { client: [one, two][won], lost: answers[1 - won],
      password: ['the first of two', 'the other of two'][won] };
  };
  const first = await both(kim.app, other, PASSWORD);
  assert.ok([401, 403].includes(first.lost.status), first.lost.text);
  (await changes(first.client, first.password, ANOTHER)).is(204);
  const second = await both(first.client, first.client, ANOTHER);
  second.lost.is(403, 'PASSWORD_WRONG');
});

story('only who knows the password has all of it erased', async (world) => {
  const kim = await world.household('kim');
  const wrong = await kim.app.erasesAll('not this one');
  wrong.is(403, 'PASSWORD_WRONG');
  const missing = await kim.app.delete(`${A}/me`);
  assert.match(missing.is(400, 'INVALID_ARGUMENT').message, /^password /);
  (await kim.app.call('DELETE', `${A}/me`, { password: PASSWORD, sure: true }))
    .is(400, 'INVALID_ARGUMENT');
  (await kim.app.get(`${A}/me`)).is(200);
  (await kim.app.erasesAll()).is(202);
  (await kim.app.get(`${A}/me`)).is(401, 'UNAUTHENTICATED');
});
