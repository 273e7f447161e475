// an_operator_opens_the_page -- is a token in a cookie good for the operator's page, for those it
// is for, and of no use to anybody else's page?
//
// Tried with planted bugs: a cookie that outlives its token, one that a reader's token is no good
// in, and one that any page may have set.
import { Client } from './client.mjs';
import { assert, story } from './world.mjs';

const O = '/operator/v1';
const OURS = 'https://piot.example';

async function whoHas(world, role, more = {}) {
  const asked = { role, name: role, ...more };
  const { token } = (await world.operator.post(`${O}/tokens`, asked)).is(201);
  return new Client(world, { token });
}

// "name=value" of what was set, and how.
const cookieOf = ({ headers }) => {
  const [pair, ...rules] = (headers['set-cookie'] ?? [''])[0].split('; ');
  return { pair, name: pair.split('=')[0], rules };
};

async function opens(world, who, origin = world.url) {
  const answer = await who.post(`${O}/sessions`, {}, { origin });
  answer.is(204);
  return cookieOf(answer);
}

story('an operator and a reader open the page, and read by its cookie', async (world) => {
  const { pair, name, rules } = await opens(world, world.operator, OURS);
  assert.equal(name, '__Host-piot-operator');
  assert.deepEqual(rules, ['Path=/', 'Secure', 'HttpOnly', 'SameSite=Strict', 'Max-Age=43200']);
  (await world.nobody.get(`${O}/overview`, { cookie: pair })).is(200);
  (await world.nobody.get(`${O}/accounts`, { cookie: pair })).is(200);
  const reader = await opens(world, await whoHas(world, 'reader'), OURS);
  (await world.nobody.get(`${O}/overview`, { cookie: reader.pair })).is(200);
  (await world.nobody.get(`${O}/accounts`, { cookie: reader.pair })).is(403, 'PERMISSION_DENIED');
}, { public_url: OURS });

story('a write by the cookie has to come from a page of ours', async (world) => {
  const { pair, name } = await opens(world, world.operator);
  assert.equal(name, 'piot-operator', 'over plain HTTP to this machine');
  const adds = (headers) =>
    world.nobody.post(`${O}/vendors`, { name: 'Dora' }, { cookie: pair, ...headers });
  (await adds({})).is(403);
  (await adds({ origin: 'https://elsewhere.example' })).is(403);
  (await adds({ origin: world.url })).is(201);
  (await world.operator.post(`${O}/sessions`)).is(403); // no page of ours says so
});

story('over plain HTTP to elsewhere nobody gets it', async (world) => {
  const elsewhere = { host: 'piot.example', origin: 'http://piot.example' };
  const answer = await world.operator.post(`${O}/sessions`, {}, elsewhere);
  assert.match(answer.is(400, 'INVALID_ARGUMENT').message, /https.*public_url/);
  assert.equal(answer.headers['set-cookie'], undefined);
});

story('the cookie ends with its token, and is good nowhere else', async (world) => {
  const { items } = (await world.operator.get(`${O}/tokens`)).is(200);
  assert.equal(items.length, 1);
  const asked = { role: 'operator', name: 'desk' };
  const { token, tokenId } = (await world.operator.post(`${O}/tokens`, asked)).is(201);
  const { pair } = await opens(world, new Client(world, { token }));
  const value = pair.split('=')[1];
  (await world.nobody.get('/audit/v1/events', { cookie: pair })).is(401);
  (await world.nobody.get('/app/v1/me', { cookie: `piot=${value}` })).is(401);
  const twice = `${pair}; ${pair}`;
  (await world.nobody.get(`${O}/overview`, { cookie: twice })).is(401);
  const expiresAt = new Date(Date.now() + 60_000).toISOString();
  const short = await opens(world, await whoHas(world, 'reader', { expiresAt }));
  const [, life] = /^Max-Age=(\d+)$/.exec(short.rules.at(-1));
  assert.ok(Number(life) <= 60, life);

  (await world.operator.delete(`${O}/tokens/${tokenId}`)).is(204);
  const gone = await world.nobody.get(`${O}/overview`, { cookie: pair });
  gone.is(401);
  assert.ok(cookieOf(gone).rules.includes('Max-Age=0'), 'it is cleared');
});
