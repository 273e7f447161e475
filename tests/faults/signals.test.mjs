// signals -- does a signal never end the service without letting it finish what it has begun?
//
// Planted bug that it caught: SIGHUP left to its default.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import { until } from '../stories/wait.mjs';
import { inWorld, World } from '../stories/world.mjs';

const LIMIT_MS = 60_000;

const inAWorld = async (tell) => inWorld(await World.open(), tell);

test('signals that are not for it change nothing', { timeout: LIMIT_MS }, () =>
  inAWorld(async (world) => {
    const kim = await world.household('kim@example.org');
    const { child } = world.piotd;
    for (const name of ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGALRM', 'SIGVTALRM', 'SIGPROF',
      'SIGPIPE', 'SIGIO', 'SIGPWR', 'SIGSTKFLT', 'SIGXFSZ', 'SIGRTMIN']) {
      execFileSync('bash', ['-c', `kill -s ${name.slice(3)} ${child.pid}`]);
      (await kim.app.post('/app/v1/networks', { name })).is(201);
    }
    await until('a hang-up is answered', () =>
      world.piotd.reports.some((line) => line.includes('SIGHUP')));
    await world.stop();
  }));

for (const name of ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGXCPU'])
  test(`${name} lets it finish, also beside an idle connection`, { timeout: LIMIT_MS }, () =>
    inAWorld(async (world) => {
      const kim = await world.household('kim@example.org');
      (await kim.app.post('/app/v1/networks', { name: 'Home' })).is(201); // kept alive
      world.piotd.child.kill(name);
      assert.deepEqual(await world.piotd.ended, { code: 0, signal: null });
    }));
