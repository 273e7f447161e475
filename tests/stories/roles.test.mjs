// roles -- may each of the operator's roles do what it is for, and nothing else?
//
// The table of routes is read as it stands in the source; what each role may is written here
// once more, so that a row with another right than it should have fails.
//
// Tried with a planted bug: a reader that might list the accounts.
import { readFileSync } from 'node:fs';
import { Client } from './client.mjs';
import { assert, story } from './world.mjs';

const O = '/operator/v1';

const feeds = ['POST leases', 'POST nat-pools', 'POST gateway-reports'];
const supports = ['POST accounts/find', 'POST accounts/{accountId}/activation',
  'POST accounts/{accountId}/unlock', 'POST accounts/{accountId}/end-sessions'];
const reads = ['POST sessions', 'GET overview', 'GET vendors', 'GET vendors/{vendorId}',
  'GET vendors/{vendorId}/figures', 'GET deliveries', 'GET backups', 'GET rebuilds',
  'GET rebuilds/{rebuildId}'];
const mays = { operator: undefined, feeder: feeds, support: supports, reader: reads, auditor: [] };

// All routes below /operator/v1/: "GET vendors".
function operatorRoutes() {
  const text = ['operator', 'service']
    .map((room) => readFileSync(new URL(`../../api/${room}/routes.def`, import.meta.url), 'utf8'))
    .join('');
  const row = /^ROUTE\((\w+),\s*(?:O "|"\/operator\/v1\/)([^"]*)"/gm;
  return [...text.matchAll(row)].map(([, method, path]) => `${method} ${path}`);
}

story('each role does what it is for, and nothing else', async (world) => {
  const routes = operatorRoutes();
  assert.ok(routes.length > 30, `${routes.length} routes`);
  for (const name of [...feeds, ...supports, ...reads]) assert.ok(routes.includes(name), name);
  const wrong = [];
  for (const [role, may = routes] of Object.entries(mays)) {
    const { token } = (await world.operator.post(`${O}/tokens`, { role, name: role })).is(201);
    const who = new Client(world, { token });
    for (const route of routes) {
      const [method, path] = route.split(' ');
      const concrete = `${O}/${path.replace(/\{\w+\}/g, 'none')}`;
      const body = method === 'GET' || method === 'DELETE' ? undefined : {};
      const { status, text } = await who.call(method, concrete, body, { origin: world.url });
      const isKeptOut = status === 403 && text.includes('PERMISSION_DENIED');
      if (isKeptOut === may.includes(route)) wrong.push(`${role}: ${route} -> ${status}`);
    }
    const other = role === 'operator' || role === 'auditor' ? 200 : 403;
    const { status } = await who.get('/audit/v1/events');
    if (status !== other) wrong.push(`${role}: GET /audit/v1/events -> ${status}`);
  }
  assert.deepEqual(wrong, []);
});

story('tokens say their role, and end', async (world) => {
  const { operator: op } = world;
  const asked = { role: 'reader', name: 'wall' };
  const { token, tokenId } = (await op.post(`${O}/tokens`, asked)).is(201);
  assert.match(token, /^piot_r_/);
  const { items } = (await op.get(`${O}/tokens`)).is(200);
  assert.deepEqual(items.find((item) => item.tokenId === tokenId), { tokenId, ...asked });
  const reader = new Client(world, { token });
  (await reader.get(`${O}/overview`)).is(200);
  (await op.delete(`${O}/tokens/${tokenId}`)).is(204);
  (await reader.get(`${O}/overview`)).is(401);
  for (const role of ['vendor', 'app', 'activation', 'anyone'])
    (await op.post(`${O}/tokens`, { role, name: 'x' })).is(400, 'ROLE_UNKNOWN');
});
