// unreadable -- does a read that fails, fail its own request, and nobody else's?
//
// A service is stopped, so that its rows are in tables. In each table of one family the
// first block is damaged, and the service goes on: what stands there cannot be read any
// more, all else can. Whoever asks for it has to be told 500, not that it is not there, that
// a token is unknown, or a part of a list; and every other answer is as before.
//
// Tried with planted bugs: a reader that all calls share made every answer after the first 500
// a 500 too; without the look in call_answer() the networks were an empty list; without that
// in answer_problem() the network and the token were unknown.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { until } from '../stories/wait.mjs';
import { World } from '../stories/world.mjs';

const LIMIT_MS = 120_000;

// A table says in its properties which family it is of: the key "…name" and the value.
function tablesOf(store, family) {
  const says = new RegExp(`name${family}[^a-z0-9_]`);
  return readdirSync(store)
    .filter((name) => name.endsWith('.sst'))
    .map((name) => path.join(store, name))
    .filter((file) => says.test(readFileSync(file, 'latin1')));
}

async function damage(world, family) {
  await world.piotd.stop();
  const tables = tablesOf(path.join(world.data, 'data/store'), family);
  assert.ok(tables.length > 0, `${family} is in no table`);
  for (const table of tables) {
    const bytes = readFileSync(table);
    bytes[8] ^= 1;
    writeFileSync(table, bytes);
  }
  world.agent.destroy();
  await world.piotd.start();
}

// A household and then the damage.
function damaged(name, family, tell) {
  test(name, { timeout: LIMIT_MS }, async () => {
    const world = await World.open();
    try {
      const kim = await world.household('kim');
      await tell(world, kim, () => damage(world, family));
    } catch (error) {
      error.message += `\n-- piotd said --\n${world.piotd.lastReports()}`;
      throw error;
    } finally {
      await world.abandon();
    }
  });
}

// The report of a request that failed names it, as its answer does, by the correlator.
function isReported(world, correlator) {
  const says = new RegExp(`api: ${correlator}: (reading|walking): Corruption`);
  return until('it is reported', () => world.piotd.reports.some((line) => says.test(line)));
}

damaged('what cannot be read is a 500 to who asks for it, and nothing to others', 'networks_v2',
  async (world, kim, breaks) => {
    const readiness = () => world.nobody.get('/readyz');
    const { networkId } = kim.network;
    await breaks();
    assert.deepEqual((await readiness()).is(200).reasons, []);
    const network = await kim.app.get(`/app/v1/networks/${networkId}`);
    network.is(500, 'INTERNAL');
    assert.equal(network.headers.etag, undefined);
    await isReported(world, network.headers['x-correlator']);
    (await kim.app.get('/app/v1/networks')).is(500, 'INTERNAL');

    (await kim.app.get('/app/v1/me')).is(200);
    (await kim.app.get(`/app/v1/devices/${networkId}`)).is(404);
    (await world.operator.get('/operator/v1/vendors')).is(200);
    (await world.nobody.get('/app/v1/me')).is(401);
    (await world.nobody.get('/app/v1/me', { authorization: 'Bearer piot_a_x' })).is(401);
    const told = (await readiness()).is(200);
    assert.deepEqual(told.reasons, ['Something in the store could not be read.']);
    assert.equal(told.status, 'ready', 'whoever does not ask for that is served');
  });

damaged('a token that cannot be read is not unknown', 'tokens_v5', async (world, kim, breaks) => {
  await breaks();
  const me = await kim.app.get('/app/v1/me', { 'x-correlator': 'my-own-1' });
  me.is(500, 'INTERNAL');
  assert.equal(me.headers['www-authenticate'], undefined);
  assert.equal(me.headers['x-correlator'], 'my-own-1');
  (await world.operator.get('/operator/v1/vendors')).is(500, 'INTERNAL');
  (await world.nobody.get('/app/v1/me')).is(401, 'UNAUTHENTICATED');
});

damaged('a password that cannot be looked up is not wrong, nor a guess', 'accounts_v3',
  async (world, kim, breaks) => {
    const signIn = { login: 'kim', password: 'correct horse battery' };
    await breaks();
    for (let i = 0; i < 12; i += 1)
      (await world.nobody.post('/app/v1/sessions', signIn)).is(500, 'INTERNAL');
  });

damaged('an export that cannot be finished breaks off, and is reported', 'networks_v2',
  async (world, kim, breaks) => {
    await breaks();
    await assert.rejects(kim.app.get('/app/v1/me/export'), /aborted|ECONNRESET|socket hang up/);
    await isReported(world, 'req_.*');
    (await kim.app.get('/app/v1/me')).is(200);
  });

damaged('so does an auditor\'s read', 'index', async (world, kim, breaks) => {
  const wish = { role: 'auditor', name: 'A. Uditor' };
  const { token } = (await world.operator.post('/operator/v1/tokens', wish)).is(201);
  const auditor = { authorization: `Bearer ${token}` };
  await breaks();
  const query = `?network=${kim.network.networkId}`;
  await assert.rejects(world.nobody.get(`/audit/v1/events${query}`, auditor), /aborted|ECONNRESET/);
  await isReported(world, 'req_.*');
  (await kim.app.get('/app/v1/me')).is(200);
});

damaged('a turn that cannot read stops the ledger in order', 'registry_v6',
  async (world, kim, breaks) => {
    await breaks();
    const { ended } = world.piotd;
    (await kim.app.post('/app/v1/networks', { name: 'Cabin' })).is(503, 'UNAVAILABLE');
    const { code, signal } = await ended;
    assert.deepEqual([code, signal], [1, null]);
    assert.match(world.piotd.lastReports(), /stopping: (reading|walking): Corruption/);
  });
