// a_browser_signs_in -- is a session in a cookie as good as a token, and of no use to pages of
// others?
//
// Tried with planted bugs: two cookies of a name, of which the last counted; an Origin of which
// only the scheme was compared; and a cookie that took tokens of every role.
import http from 'node:http';
import { assert, story } from './world.mjs';
import { until } from './wait.mjs';

const A = '/app/v1';
const PASSWORD = 'correct horse battery';
const OURS = 'https://piot.example';
const SECURE = { public_url: OURS };

// What one answer has in Set-Cookie: {name, value, …attributes in small letters}, or nothing.
function cookieOf(answer) {
  const [line, ...more] = answer.headers['set-cookie'] ?? [];
  assert.deepEqual(more, [], 'one cookie at most');
  if (!line) return undefined;
  const [pair, ...attributes] = line.split('; ');
  const [, name, value] = /^([^=]+)=(.*)$/.exec(pair);
  const cookie = { name, value, pair };
  for (const attribute of attributes) {
    const [key, said = true] = attribute.split('=');
    cookie[key.toLowerCase()] = said;
  }
  return cookie;
}

const signsIn = (world, kim, headers) =>
  world.nobody.post(`${A}/sessions`, { login: kim.login, password: PASSWORD, cookie: true },
    headers);
const own = (world) => ({ origin: world.url });

story('a browser is signed in by a cookie that no script and no other site sees', async (world) => {
  const kim = await world.household('kim');
  const answer = await signsIn(world, kim, { origin: OURS });
  assert.equal(answer.is(201).token, undefined);
  assert.ok(Date.parse(answer.body.expiresAt) > Date.now());
  const { name, value, pair, ...rules } = cookieOf(answer);
  assert.equal(name, '__Host-piot');
  assert.match(value, /^piot_a_/);
  const month = String(30 * 24 * 3600);
  assert.deepEqual(rules,
    { path: '/', secure: true, httponly: true, samesite: 'Strict', 'max-age': month });
  const me = await world.nobody.get(`${A}/me`, { cookie: pair });
  assert.equal(me.is(200).login, 'kim');
  const write = await world.nobody.post(`${A}/networks`, { name: 'Attic' },
    { cookie: `theme=dark; ${pair}`, origin: OURS });
  write.is(201);
}, SECURE);

story('over plain HTTP only a browser on this machine gets a cookie', async (world) => {
  const kim = await world.household('kim');
  const answer = await signsIn(world, kim, own(world));
  answer.is(201);
  const { name, value, pair, ...rules } = cookieOf(answer);
  assert.equal(name, 'piot');
  assert.equal(rules.secure, undefined);
  assert.equal(rules.httponly, true);
  assert.equal(rules.samesite, 'Strict');
  (await world.nobody.get(`${A}/me`, { cookie: pair })).is(200);
  const elsewhere = { host: 'piot.example', origin: 'http://piot.example' };
  const refused = await signsIn(world, kim, elsewhere);
  assert.match(refused.is(400, 'INVALID_ARGUMENT').message, /cookie .*https.*public_url/);
  assert.equal(cookieOf(refused), undefined);
  (await world.nobody.get(`${A}/me`, { ...elsewhere, cookie: pair })).is(401, 'UNAUTHENTICATED');
});

story('an activation gives a cookie too, and says which login it was', async (world) => {
  const { activationCode: code } =
    (await world.operator.post('/operator/v1/accounts', { login: 'kim' })).is(201);
  const used = { code, password: PASSWORD, cookie: true };
  const answer = await world.nobody.post(`${A}/activations`, used, own(world));
  assert.equal(answer.is(201).login, 'kim');
  assert.equal(answer.body.token, undefined);
  const { pair } = cookieOf(answer);
  assert.equal((await world.nobody.get(`${A}/me`, { cookie: pair })).is(200).login, 'kim');
});

story('a page of anybody else can write nothing with the cookie', async (world) => {
  const kim = await world.household('kim');
  const { pair } = cookieOf(await signsIn(world, kim, { origin: OURS }));
  const cookie = { cookie: pair };
  const attempts = [
    {}, { origin: 'null' }, { origin: 'https://evil.example' },
    { origin: 'http://piot.example' }, { origin: 'https://piot.example:8443' },
    { origin: 'https://shop.piot.example' }, { origin: 'https://piot.example.evil.example' },
    { origin: OURS, 'sec-fetch-site': 'cross-site' }, { origin: `${OURS}/app` },
  ];
  for (const headers of attempts) {
    const said = JSON.stringify(headers);
    const all = { ...cookie, ...headers };
    const refused = await world.nobody.post(`${A}/networks`, { name: 'Evil' }, all);
    assert.equal(refused.status, 403, said);
    assert.match(refused.is(403, 'PERMISSION_DENIED').message, /Origin/);
    (await world.nobody.delete(`${A}/sessions/current`, all)).is(403, 'PERMISSION_DENIED');
    // Nor can it sign a browser in to an account of its own.
    const given = await signsIn(world, kim, headers);
    given.is(403, 'PERMISSION_DENIED');
    assert.equal(cookieOf(given), undefined, said);
  }
  const reads = { ...cookie, 'sec-fetch-site': 'cross-site' };
  (await world.nobody.get(`${A}/me`, reads)).is(403, 'PERMISSION_DENIED');
  (await world.nobody.get(`${A}/me`, { ...cookie, 'sec-fetch-site': 'same-origin' })).is(200);
  assert.deepEqual((await kim.app.networks()).map(({ name }) => name), ['Home']);
}, SECURE);

story('a cookie that a sibling domain may have set counts as none', async (world) => {
  const kim = await world.household('kim');
  const lee = await world.household('lee');
  const kims = cookieOf(await signsIn(world, kim, { origin: OURS }));
  const lees = cookieOf(await signsIn(world, lee, { origin: OURS }));
  const me = (cookie) => world.nobody.get(`${A}/me`, { cookie });
  const unprefixed = `piot=${lees.value}`;
  for (const cookie of [unprefixed, `${kims.pair}; ${lees.pair}`, `${kims.pair};${kims.pair}`,
    '__Host-piot=', '__Host-piot', '__Host-Piot=x', `__host-piot=${kims.value}`])
    (await me(cookie)).is(401, 'UNAUTHENTICATED');
  assert.equal((await me(`${unprefixed}; ${kims.pair}`)).is(200).login, 'kim');
  assert.equal((await me(` ${kims.pair} ; x=y`)).is(200).login, 'kim');
}, SECURE);

story('two Cookie headers are one too many', async (world) => {
  const kim = await world.household('kim');
  const { pair } = cookieOf(await signsIn(world, kim, own(world)));
  const status = await new Promise((resolve, reject) => {
    const options = { headers: ['Host', 'x', 'Cookie', pair, 'Cookie', 'a=b'] };
    http.get(`${world.url}${A}/me`, options, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).on('error', reject);
  });
  assert.equal(status, 400);
});

story('a sign-in takes over no token that was there before', async (world) => {
  const kim = await world.household('kim');
  const planted = cookieOf(await signsIn(world, kim, own(world)));
  const headers = { ...own(world), cookie: planted.pair };
  const fresh = cookieOf(await signsIn(world, kim, headers));
  assert.notEqual(fresh.value, planted.value);
});

story('signing out ends the session and its cookie, and an ended one is cleared', async (world) => {
  const kim = await world.household('kim');
  const { pair } = cookieOf(await signsIn(world, kim, own(world)));
  const headers = { ...own(world), cookie: pair };
  const out = await world.nobody.delete(`${A}/sessions/current`, headers);
  out.is(204);
  assert.equal(cookieOf(out).value, '');
  assert.equal(cookieOf(out)['max-age'], '0');
  const after = await world.nobody.get(`${A}/me`, headers);
  after.is(401, 'UNAUTHENTICATED');
  assert.equal(after.headers['www-authenticate'].slice(0, 6), 'Bearer');
  assert.equal(cookieOf(after).pair, 'piot=');
  assert.equal(cookieOf(after)['max-age'], '0');
  // A token in the header has no cookie to clear.
  const bearer = await world.nobody.get(`${A}/me`, { authorization: 'Bearer piot_a_x' });
  assert.equal(cookieOf(bearer.is(401) && bearer), undefined);
});

story('the cookie of the app opens the app and nothing else', async (world) => {
  const kim = await world.household('kim');
  const { pair } = cookieOf(await signsIn(world, kim, own(world)));
  const operator = `piot=${world.piotd.operatorToken}`;
  for (const cookie of [pair, operator])
    for (const path of ['/operator/v1/vendors', '/audit/v1/checkpoint'])
      (await world.nobody.get(path, { cookie })).is(401, 'UNAUTHENTICATED');
  (await world.nobody.get(`${A}/me`, { cookie: operator })).is(401, 'UNAUTHENTICATED');
  // Who says who they are in the header is not somebody else by a cookie.
  const both = { cookie: pair, authorization: 'Basic a2ltOng=' };
  (await world.nobody.get(`${A}/me`, both)).is(401, 'UNAUTHENTICATED');
});

story('a sign-in that comes again under its key brings the same cookie', async (world) => {
  const kim = await world.household('kim');
  const headers = { ...own(world), 'idempotency-key': 'tap-1' };
  const first = await signsIn(world, kim, headers);
  const again = await signsIn(world, kim, headers);
  assert.equal(again.headers['idempotent-replayed'], 'true');
  assert.deepEqual(cookieOf(again), cookieOf(first));
  assert.deepEqual(again.is(201), first.is(201));
});

story('a stream by cookie ends with its session', async (world) => {
  const kim = await world.household('kim');
  const { pair } = cookieOf(await signsIn(world, kim, own(world)));
  let ended = false;
  const opened = new Promise((resolve) => {
    http.get(`${world.url}${A}/stream`, { headers: { cookie: pair } }, (answer) => {
      answer.on('end', () => (ended = true)).resume();
      resolve(answer.statusCode);
    });
  });
  assert.equal(await opened, 200);
  const headers = { ...own(world), cookie: pair };
  (await world.nobody.delete(`${A}/sessions/current`, headers)).is(204);
  await until('the stream ends', () => ended);
});

story('it can be asked how to sign in', async (world) => {
  const ways = (await world.nobody.get(`${A}/sign-in`)).is(200);
  assert.deepEqual(ways, { password: true, passkeys: false });
});
