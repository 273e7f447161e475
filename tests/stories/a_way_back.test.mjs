// a_way_back -- does somebody who cannot get in get in again, with the operator's help, and does
// nobody else? And is somebody found who calls, and told that they were?
//
// Tried with planted bugs, each of which failed here: a list of everybody that stands in nobody's
// access log, a stream that outlives its session, one that ends for a session of before it, and
// a lock that is lifted in the log only.
import { Client } from './client.mjs';
import { Stream } from './stream.mjs';
import { ago } from './vendor.mjs';
import { until } from './wait.mjs';
import { assert, story } from './world.mjs';

const A = '/app/v1';
const O = '/operator/v1';

const accountPath = ({ accountId }, rest = '') => `${O}/accounts/${accountId}${rest}`;

// An attempt to sign in, from a household's own address.
const tries = (kim, login, password) =>
  new Client(kim.world, { headers: { 'x-forwarded-for': kim.address } })
    .post(`${A}/sessions`, { login, password });

// Whoever of the operator's has this role.
async function whoHas(world, role) {
  const { token } = (await world.operator.post(`${O}/tokens`, { role, name: role })).is(201);
  return new Client(world, { token });
}

const found = async (who, by) => {
  const { items } = (await who.post(`${O}/accounts/find`, by)).is(200);
  return items.map(({ accountId }) => accountId);
};

const looksOf = async (app) =>
  (await app.all(`${A}/me/access-log`)).filter(({ what }) => what === 'audit-read');

story('a lost password is replaced by a new code, and who knew it is out', async (world) => {
  const kim = await world.household('kim');
  const support = await whoHas(world, 'support');
  const first = (await support.post(accountPath(kim, '/activation'))).is(201);
  const second = (await support.post(accountPath(kim, '/activation'))).is(201);
  assert.equal(first.accountId, kim.accountId);
  (await kim.app.get(`${A}/me`)).is(200); // nobody is out before the code is used

  const uses = (code, password) => world.nobody.post(`${A}/activations`, { code, password });
  (await uses(first.activationCode, 'a new password')).is(403, 'ACTIVATION_INVALID');
  const session = (await uses(second.activationCode, 'a new password')).is(201);
  (await kim.app.get(`${A}/me`)).is(401);
  const back = new Client(world, { token: session.token });
  (await back.get(`${A}/me`)).is(200);
  (await tries(kim, 'kim', kim.password)).is(401);
  (await tries(kim, 'kim', 'a new password')).is(201);
  // Whoever reads on from before it is not taken for one of those whom it ended.
  const from = `${world.url}${A}/stream?lastEventId=1/1`;
  const follows = world.streamOf(new Stream(from, session.token));
  (await back.post(`${A}/networks`, { name: 'Attic' })).is(201);
  await follows.sees('network-created', ({ name }) => name === 'Attic');
  assert.equal(follows.opened, 1);
  (await uses(second.activationCode, 'another password')).is(403, 'ACTIVATION_INVALID');
});

story('a login that is shut is unlocked, also after a restart', async (world) => {
  const kim = await world.household('kim');
  const shuts = async () => {
    for (let i = 0; i < 10; i += 1) (await tries(kim, 'kim', 'a wrong guess')).is(401);
    (await tries(kim, 'kim', kim.password)).is(429);
  };
  await shuts();
  const support = await whoHas(world, 'support');
  (await support.post(accountPath(kim, '/unlock'))).is(200);
  (await tries(kim, 'kim', kim.password)).is(201);
  await world.restart();
  await shuts(); // what was lifted once does not stay open
});

story('what was guessed wrong in a session is lifted with it', async (world) => {
  const kim = await world.household('kim');
  const changes = (current) =>
    kim.app.put(`${A}/me/password`, { current, new: 'another long one' });
  for (let i = 0; i < 10; i += 1) (await changes('a wrong guess')).is(403, 'PASSWORD_WRONG');
  (await changes(kim.password)).is(429);
  (await kim.app.erasesAll()).is(429);
  (await world.operator.post(accountPath(kim, '/unlock'))).is(200);
  (await changes('a wrong guess')).is(403, 'PASSWORD_WRONG');
  (await kim.app.erasesAll('a wrong guess')).is(403, 'PASSWORD_WRONG');
  (await kim.app.erasesAll()).is(202);
});

story('sessions are ended all at once, and a stream with them', async (world) => {
  const kim = await world.household('kim');
  const { token } = await kim.signsIn();
  const other = new Client(world, { token });
  const stream = kim.app.follows();
  await stream.isOpen();
  (await world.operator.post(accountPath(kim, '/end-sessions'))).is(200);
  (await kim.app.get(`${A}/me`)).is(401);
  (await other.get(`${A}/me`)).is(401);
  const isClosed = () => stream.source.readyState === stream.source.CLOSED;
  await until('the stream has ended, and is refused again', isClosed);
  await kim.signsIn();
});

story('a changed login signs in, the old one no more and is free', async (world) => {
  const kim = await world.household('kim');
  const lee = await world.household('lee');
  const { operator: op } = world;
  (await op.patch(accountPath(kim), { login: 'LEE' })).is(409, 'LOGIN_TAKEN');
  const before = await op.get(accountPath(kim));
  const wish = { login: 'kim@example.org', displayName: 'Kim', phoneNumber: '+4915112345678' };
  const changed = (await op.patch(accountPath(kim), wish, { 'if-match': before.headers.etag }))
    .is(200);
  for (const [name, value] of Object.entries(wish)) assert.equal(changed[name], value);
  (await op.patch(accountPath(kim), { login: 'k' }, { 'if-match': before.headers.etag }))
    .is(412, 'PRECONDITION_FAILED');

  (await kim.app.get(`${A}/me`)).is(200);
  (await tries(kim, 'kim', kim.password)).is(401);
  (await tries(kim, 'kim@example.org', kim.password)).is(201);
  assert.deepEqual(await found(op, { login: 'kim' }), []);
  assert.deepEqual(await found(op, { phone: '+4915112345678' }), [kim.accountId]);
  (await op.patch(accountPath(lee), { login: 'kim' })).is(200);
  (await op.patch(accountPath(lee), { login: 'Kim', phoneNumber: '112' }))
    .is(400, 'INVALID_ARGUMENT');
  assert.equal((await op.patch(accountPath(lee), { login: 'Kim' })).is(200).login, 'Kim');
  await world.restart();
  (await tries(lee, 'kim', lee.password)).is(201);
});

story('somebody is found by what they say, and sees who looked', async (world) => {
  const kim = await world.household('kim');
  await world.household('lee');
  const support = await whoHas(world, 'support');
  (await world.operator.patch(accountPath(kim), { phoneNumber: '+361234567' })).is(200);
  for (const by of [{ login: 'KIM' }, { phone: '+361234567' }, { gatewayId: kim.gatewayId },
    { address: kim.address }, { address: kim.address, port: 7, at: ago(1000) }])
    assert.deepEqual(await found(support, by), [kim.accountId], JSON.stringify(by));
  for (const by of [{ login: 'nobody' }, { phone: '+999' }, { gatewayId: 'none' },
    { address: '198.51.100.9' }, { address: kim.address, at: ago(7_200_000) }])
    assert.deepEqual(await found(support, by), [], JSON.stringify(by));

  const looks = await looksOf(kim.app);
  assert.equal(looks.length, 5, 'once for each time that they were found');
  for (const { call, personal, by } of looks) {
    assert.equal(call, 'accounts/find');
    assert.equal(personal, true);
    assert.equal(by.kind, 'operator');
  }
});

story('every look at a person is in their access log', async (world) => {
  const kim = await world.household('kim');
  const lee = await world.household('lee');
  const { operator: op } = world;
  for (const path of [accountPath(kim), `${O}/accounts`, `${O}/gateways`,
    `${O}/gateways/${kim.gatewayId}`])
    (await op.get(path)).is(200);
  (await op.get(`${O}/accounts?limit=none`)).is(400); // shows nothing
  const calls = async ({ app }) => (await looksOf(app)).map(({ call }) => call);
  assert.deepEqual(await calls(kim),
    ['gateways/{gatewayId}', 'gateways', 'accounts', 'accounts/{accountId}']);
  assert.deepEqual(await calls(lee), ['gateways', 'accounts'], 'they are among everybody');
});

story('a find that makes no sense is told so', async (world) => {
  const { operator: op } = world;
  for (const by of [{}, { login: 'kim', phone: '+361234567' }, { phone: '112' }, { port: 7 },
    { login: 'kim', port: 7 }, { address: 'home' }, { address: '192.0.2.1', port: 65536 },
    { address: '192.0.2.1', at: 'now' }, { name: 'Kim' }, { login: 7 }])
    (await op.post(`${O}/accounts/find`, by)).is(400, 'INVALID_ARGUMENT');
});
