// rebuild_killed -- does a rebuild of the views that is killed go on by itself at the next start,
// and a start that is killed while it does so?
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { launch } from '../stories/piotd.mjs';
import { until } from '../stories/wait.mjs';
import { story } from '../stories/world.mjs';

const KILLS = 3; // of starts, each while it folds
const CUT_SHORT = /a rebuild of the views was cut short: it begins again/;

// Once a table is gone, and with it rows of a view.
async function rebuildIsKilled(world) {
  const store = path.join(world.piotd.data, 'store');
  const tables = () => readdirSync(store).filter((name) => name.endsWith('.sst'));
  const before = tables();
  const { child, ended } = launch('piot', ['rebuild', '--data', world.piotd.data]);
  child.stdout.resume(); // it ends when all of that is read
  child.stderr.resume();
  await until('a table is gone', () => before.some((name) => !tables().includes(name)));
  child.kill('SIGKILL');
  return (await ended).signal === 'SIGKILL';
}

const cuts = (world) => world.piotd.reports.filter((line) => CUT_SHORT.test(line)).length;

// As soon as it says that it folds again.
async function startIsKilled(world) {
  const before = cuts(world);
  const ended = world.piotd.start().then(() => 'it serves', () => 'it ended');
  await until('it folds again', () => cuts(world) > before);
  world.piotd.child.kill('SIGKILL');
  assert.equal(await ended, 'it ended');
}

story('a rebuild that is killed is done again by the next start', async (world) => {
  const kim = await world.household('kim');
  await world.piotd.stop();
  assert.ok(await rebuildIsKilled(world), 'it had ended before it could be killed');
  for (let i = 0; i < KILLS; i += 1) await startIsKilled(world);
  world.agent.destroy();
  const before = cuts(world);
  await world.piotd.start();
  assert.equal(cuts(world), before + 1);
  assert.equal((await kim.app.get('/app/v1/networks')).is(200).items.length, 1);
});
