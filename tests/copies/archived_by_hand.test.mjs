// archived_by_hand -- does `piot archive` do to a stopped service's directory what a running
// one does by itself: no more than what is old, whole after a kill; and does it refuse, with
// what to do, where an archive would be torn apart or a log is not whole?
//
// Tried with planted bugs, each of which failed here: rows that go before all files are
// written; a log that does not reach its anchor and is archived all the same; a new folder
// that is taken without being read.
import { copyFileSync, cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { aPast, archive, BUNDLE, FIRST, numberOf, piot, verifyAlone } from '../stories/archive.mjs';
import { launch, Piotd, run, verify } from '../stories/piotd.mjs';
import { until } from '../stories/wait.mjs';
import { assert, story } from '../stories/world.mjs';

const byHand = (world, ...options) =>
  ['archive', '--data', world.piotd.data, '--to', archive(world), ...options];

async function archived(world, ...options) {
  return JSON.parse(await piot(byHand(world, ...options, '--json')));
}

async function refused(parameters, code, pattern) {
  const { errors, ...ended } = await run('piot', parameters);
  assert.equal(ended.code, code, ended.out + errors);
  assert.match(errors, pattern);
}

story('what is old goes to the archive, and no more than that', async (world) => {
  const { acme, kim } = await aPast(world, BUNDLE);
  const recorded = new Date().toISOString(); // of the first events: the others come later
  await acme.reportsMany('lamp-1', BUNDLE);
  const last = numberOf(await world.position());
  const history = await kim.app.history();
  await world.piotd.stop();

  const first = await archived(world, '--before', recorded);
  assert.deepEqual(first,
    { archived: BUNDLE, now: BUNDLE, head: last, folder: archive(world), moved: false });
  await verify(world.piotd.data);
  assert.equal((await archived(world, '--before', '1d')).now, 0, 'nothing is a day old');
  const all = await archived(world, '--before', '0s');
  assert.equal(all.archived, 2 * BUNDLE);
  assert.equal(all.now, BUNDLE);
  assert.match(await piot(byHand(world, '--before', '0s')),
    new RegExp(`nothing more to archive.*\n512 of ${last} events are archived in`));
  assert.equal((await verifyAlone(world)).events, 2 * BUNDLE);
  await verify(world.piotd.data);

  await world.piotd.start(); // whose settings say nothing of an archive
  assert.deepEqual(await kim.app.history(), history);
  assert.equal((await world.operator.get(`/audit/v1/${FIRST}`)).status, 200);
});

story('where a piotd works, or a word is missing, it says what to do', async (world) => {
  await refused(byHand(world, '--before', '0s'), 3, /archive_folder and archive_after/);
  await refused(byHand(world), 2, /--before TIME is missing/);
  await refused(byHand(world, '--before', 'long ago'), 2, /an age such as 365d/);
});

story('killed halfway it loses nothing, and the next run goes on', async (world) => {
  await aPast(world, 2 * BUNDLE);
  await world.piotd.stop();
  const { child, ended } = launch('piot', byHand(world, '--before', '0s'));
  await until('it is at it', () => existsSync(path.join(archive(world), FIRST)));
  child.kill('SIGKILL');
  await ended;
  await verify(world.piotd.data);
  assert.equal((await archived(world, '--before', '0s')).archived, 2 * BUNDLE);
  await verify(world.piotd.data);
  await verifyAlone(world);
  await world.piotd.start();
});

story('an archive moves when all of it is in the new folder', async (world) => {
  await aPast(world, BUNDLE);
  await world.piotd.stop();
  await archived(world, '--before', '0s');
  const moved = path.join(world.data, 'moved');
  const move = ['archive', '--data', world.piotd.data, '--to', moved, '--before', '0s'];
  await refused(move, 1, new RegExp(`lost.*the archive is in ${archive(world)}: copy it whole`));
  cpSync(archive(world), moved, { recursive: true });
  rmSync(path.join(moved, 'tile/0/000'));
  await refused(move, 1, /tile\/0\/000 is lost/);
  copyFileSync(path.join(archive(world), 'tile/0/000'), path.join(moved, 'tile/0/000'));
  assert.match(await piot(move), /the archive is at .*moved from now on/);
  renameSync(archive(world), `${archive(world)}.away`);
  await verify(world.piotd.data);
  await world.piotd.start();
});

story('the folder of another log, and a log without its end, are refused', async (world) => {
  const { acme } = await aPast(world, BUNDLE);
  await world.piotd.stop();
  const rolledBack = path.join(world.data, 'rolled-back');
  cpSync(world.piotd.data, rolledBack, { recursive: true });
  await archived(world, '--before', '0s');
  await world.piotd.start();
  await acme.reportsMany('lamp-1', BUNDLE);
  await world.piotd.stop();

  const back = ['archive', '--data', rolledBack, '--before', '0s', '--to'];
  const fresh = path.join(world.data, 'fresh');
  await refused([...back, fresh, '--anchor', path.join(world.piotd.data, 'anchor')], 1,
    /but it had come to/);
  assert.ok(!existsSync(fresh), 'nothing was begun');
  await archived(world, '--before', '0s');
  await refused([...back, archive(world)], 1, /has it lost its end/);

  const other = new Piotd(path.join(world.data, 'other'), { metrics_listen: '' });
  await other.start();
  await other.stop();
  mkdirSync(fresh);
  copyFileSync(path.join(other.data, 'anchor'), path.join(fresh, 'checkpoint'));
  await refused([...back, fresh], 1, /of another log.*choose another folder/);
  await world.piotd.start();
});
