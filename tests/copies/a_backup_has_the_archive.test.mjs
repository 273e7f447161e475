// a_backup_has_the_archive -- does a log whose old events are in an archive come back whole
// from its backup alone, when its disk and its archive are lost; from an archive that stayed
// or was moved, too; and is a file that is missing or altered anywhere named, with what to do?
//
// Tried with planted bugs, each of which failed here: a backup without the archive; one that
// copied all of it again; a restore that left the store looking into the backup's own folder;
// one that believed what was in the folder already; one that took a later backup's checkpoint
// for damage.
import {
  cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {
  aPast, archive, archiving, BUNDLE, FIRST, isArchived, numberOf, piot, start, verifyAlone,
} from '../stories/archive.mjs';
import { backup, freshDirectory, restore } from './backups.mjs';
import { Client } from '../stories/client.mjs';
import { App } from '../stories/household.mjs';
import { Piotd, run, verify } from '../stories/piotd.mjs';
import { until } from '../stories/wait.mjs';
import { assert, story } from '../stories/world.mjs';

const SECOND = 'tile/entries/001';
const kept = (world) => path.join(world.data, 'backups', 'archive');

const flip = (file) => {
  const bytes = readFileSync(file);
  bytes[bytes.length - 5] ^= 1;
  writeFileSync(file, bytes);
};

// Two bundles are archived and some events are not; then a backup is taken.
async function anArchivedPast(world) {
  const past = await aPast(world, 2 * BUNDLE + 40);
  await world.piotd.stop();
  await start(world, archiving(world));
  await isArchived(world, past.last);
  await backup(world);
  return past;
}

// The archive is as it must be again, for what is checked at the story's end.
async function goesOn(world) {
  await verify(world.piotd.data);
  await world.piotd.start();
}

// Served from there, with that archive: what Kim and an auditor see of the log's beginning.
async function sight(world, data, folder, token) {
  const piotd = new Piotd(data, { metrics_listen: '', trust_forwarded: 'yes',
    archive_folder: folder, archive_after: '365d' });
  piotd.port = world.piotd.port;
  await piotd.start();
  const there = { url: piotd.url, agent: world.agent };
  const app = new App(there, token, '198.18.0.1');
  const operator = new Client(there, { token: world.piotd.operatorToken });
  const entries = await operator.get(`/audit/v1/${FIRST}`);
  assert.equal(entries.status, 200);
  const seen = {
    history: await app.history(), devices: await app.devices(), entries: entries.text,
  };
  await piotd.stop();
  return seen;
}

story('all is lost but a backup and what is kept apart, and all comes back', async (world) => {
  const { kim, last } = await anArchivedPast(world);
  await world.piotd.stop();
  const fresh = freshDirectory(world, 'fresh');
  const before = await sight(world, world.piotd.data, archive(world), kim.app.token);
  const lost = path.join(world.data, 'lost');
  mkdirSync(lost);
  renameSync(path.join(world.piotd.data, 'store'), path.join(lost, 'store'));
  renameSync(archive(world), path.join(lost, 'archive'));

  const check = await run('piot', ['restore', '--from', path.join(world.data, 'backups'),
    '--check', '--anchor', path.join(fresh, 'anchor')]);
  assert.equal(check.code, 0, check.out + check.errors);
  const said = await restore(world, fresh);
  assert.equal(said.code, 3, 'the archive is not where it was');
  assert.match(said.errors, new RegExp(`archived in ${archive(world)}.*--archive DIR`));
  const again = path.join(world.data, 'again');
  const { code, report, errors } = await restore(world, fresh, '--archive', again);
  assert.equal(code, 0, errors);
  assert.equal(report.verdict, 'restored');
  assert.equal(report.archived, Math.floor((last - 1) / BUNDLE) * BUNDLE);
  assert.equal(report.archiveFolder, again);

  renameSync(path.join(world.data, 'backups'), path.join(lost, 'backups'));
  await verify(fresh);
  assert.equal((await verifyAlone(world, again)).events, report.archived);
  assert.deepEqual(await sight(world, fresh, again, kim.app.token), before);
  renameSync(path.join(lost, 'store'), path.join(world.piotd.data, 'store'));
  renameSync(path.join(lost, 'archive'), archive(world));
  renameSync(path.join(lost, 'backups'), path.join(world.data, 'backups'));
  await goesOn(world);
});

story('an archive that stayed, or was moved, is taken as it is', async (world) => {
  await anArchivedPast(world);
  await world.piotd.stop();
  const stayed = await restore(world, freshDirectory(world, 'stayed'));
  assert.equal(stayed.code, 0, stayed.errors);
  assert.equal(stayed.report.archiveFolder, archive(world));
  await verify(path.join(world.data, 'stayed'));

  const moved = path.join(world.data, 'moved');
  renameSync(archive(world), moved);
  const { ino } = statSync(path.join(moved, FIRST));
  const data = freshDirectory(world, 'with-moved');
  const { code, report, errors } = await restore(world, data, '--archive', moved);
  assert.equal(code, 0, errors);
  assert.equal(report.archiveFolder, moved);
  assert.equal(statSync(path.join(moved, FIRST)).ino, ino, 'what is there is not written again');
  await verify(data);
  renameSync(moved, archive(world));
  await goesOn(world);
});

story('a later backup copies what was archived since, and nothing twice', async (world) => {
  const { acme } = await anArchivedPast(world);
  const first = path.join(kept(world), FIRST);
  const { ino } = statSync(first);
  const before = await verifyAlone(world, kept(world));
  await acme.reportsMany('lamp-1', BUNDLE);
  const last = numberOf(await world.position());
  await isArchived(world, last);
  await backup(world);
  assert.equal(statSync(first).ino, ino);
  const after = await verifyAlone(world, kept(world));
  assert.equal(after.events, before.events + BUNDLE);
  assert.ok(after.size > before.size, 'its checkpoint is newer');

  await world.piotd.stop(); // a stopped service's backup is the same
  rmSync(kept(world), { recursive: true });
  const { code, errors } = await run('piot', ['backup', '--data', world.piotd.data, '--to',
    path.join(world.data, 'backups')]);
  assert.equal(code, 0, errors);
  assert.equal((await verifyAlone(world, kept(world))).events, after.events);
  await goesOn(world);
});

// The archive's checkpoint is as new as the last backup, and goes beyond the first one.
story('each backup comes back from the archive that all of them share', async (world) => {
  const { acme } = await anArchivedPast(world);
  const early = freshDirectory(world, 'early');
  await acme.reportsMany('lamp-1', 2 * BUNDLE);
  await isArchived(world, numberOf(await world.position()));
  await backup(world);
  await world.piotd.stop();

  const first = ['--backup', '1'];
  const check = await run('piot', ['restore', '--from', path.join(world.data, 'backups'),
    '--check', ...first]);
  assert.equal(check.code, 0, check.out + check.errors);
  const kept = await restore(world, early, ...first);
  assert.equal(kept.code, 3, 'what has the end of a log does not serve one without');
  assert.match(kept.errors, /has it lost its end/);
  const folder = path.join(world.data, 'of-then');
  const { code, report, errors } = await restore(world, early, ...first, '--archive', folder);
  assert.equal(code, 0, errors + JSON.stringify(report?.findings));
  await verify(early);
  assert.equal((await verifyAlone(world, folder)).events, report.archived);
  await goesOn(world);
});

story('a stale backup is called stale, wherever its archive went on', async (world) => {
  const { acme } = await anArchivedPast(world);
  await acme.reportsMany('lamp-1', BUNDLE);
  await isArchived(world, numberOf(await world.position()));
  await world.piotd.stop();
  const data = freshDirectory(world, 'stale');
  for (const options of [[], ['--archive', archive(world)]]) {
    const { code, report, errors } = await restore(world, data, ...options);
    assert.equal(code, 1, errors);
    assert.equal(report.verdict, 'does-not-reach-the-anchor', JSON.stringify(report.findings));
    assert.deepEqual(report.findings, []);
  }
  const lost = await restore(world, data, '--accept-loss', '--archive',
    path.join(world.data, 'own'));
  assert.equal(lost.code, 0, lost.errors);
  await verify(data);
  await goesOn(world);
});

story('an archive that is whole needs none in the backup, nor a good one', async (world) => {
  await anArchivedPast(world);
  await world.piotd.stop();
  flip(path.join(kept(world), SECOND));
  const moved = path.join(world.data, 'moved');
  cpSync(archive(world), moved, { recursive: true });
  const spoiled = await restore(world, freshDirectory(world, 'one'), '--archive', moved);
  assert.equal(spoiled.code, 0, spoiled.errors);
  await verify(path.join(world.data, 'one'));

  rmSync(kept(world), { recursive: true }); // as of before backups had it
  const looked = ['restore', '--from', path.join(world.data, 'backups'), '--check'];
  const there = await run('piot', looked);
  assert.equal(there.code, 0, there.errors);
  assert.match(there.out, new RegExp(`archived in ${archive(world)}, and in no backup`));
  renameSync(archive(world), `${archive(world)}.away`);
  const gone = await run('piot', looked);
  assert.equal(gone.code, 3);
  assert.match(gone.errors, new RegExp(`bring the archive to ${kept(world)}`));
  const data = freshDirectory(world, 'two');
  const none = await restore(world, data, '--archive', path.join(world.data, 'none'));
  assert.equal(none.code, 3);
  assert.match(none.errors, /--archive has to name a folder that has the first \d+ events whole/);
  const { code, errors } = await restore(world, data, '--archive', moved);
  assert.equal(code, 0, errors);
  await verify(data);
  renameSync(`${archive(world)}.away`, archive(world));
  await goesOn(world);
});

story('an archive does not live where its copy is', async (world) => {
  await anArchivedPast(world);
  await world.piotd.stop();
  const data = freshDirectory(world, 'with-the-copy');
  for (const folder of [kept(world), path.join(world.data, 'backups', 'new')]) {
    const { code, errors } = await restore(world, data, '--archive', folder);
    assert.equal(code, 3);
    assert.match(errors, /with the backups.*--archive has to name another folder/);
  }
  await assert.rejects(start(world, { archive_folder: kept(world) }), /ended at its start/);
  assert.match(world.piotd.lastReports(), /archive_folder is inside backup_folder/);
  world.piotd.settings.archive_folder = archive(world);
  await piot(['archive', '--data', world.piotd.data, '--to', kept(world), '--before', '3650d']);
  const { code, errors } = await run('piot', ['backup', '--data', world.piotd.data, '--to',
    path.join(world.data, 'backups')]);
  assert.equal(code, 3);
  assert.match(errors, /no second copy of it: copy it to another disk and set archive_folder/);
  await goesOn(world);
});

// -- damage -------------------------------------------------------------------------------------

story('a missing file is named by its place, and what to do is said', async (world) => {
  await anArchivedPast(world);
  await world.piotd.stop();
  const file = path.join(archive(world), SECOND);
  rmSync(file);
  const data = freshDirectory(world, 'gap');
  const { code, report } = await restore(world, data);
  assert.equal(code, 1);
  assert.equal(report.verdict, 'damaged');
  assert.equal(report.findings[0].rule, 'gap');
  assert.equal(report.findings[0].position, BUNDLE + 1);
  assert.ok(report.findings[0].text.includes(file), report.findings[0].text);
  assert.ok(!existsSync(path.join(data, 'store')), 'nothing was restored');
  const said = await run('piot', ['restore', '--from', path.join(world.data, 'backups'), '--data',
    data]);
  assert.match(said.out, /--archive DIR/);

  const filled = await restore(world, data, '--archive', archive(world));
  assert.equal(filled.code, 0, filled.errors);
  assert.ok(existsSync(file), 'it comes from the backup');
  await verify(data);
  await goesOn(world);
});

story('an altered file is not covered up by the one in the backup', async (world) => {
  await anArchivedPast(world);
  await world.piotd.stop();
  const data = freshDirectory(world, 'altered');
  for (const name of [SECOND, 'tile/0/001', 'checkpoint']) {
    const file = path.join(archive(world), name);
    const good = readFileSync(file);
    flip(file);
    const { code, errors } = await restore(world, data, '--archive', archive(world));
    assert.equal(code, 3, name);
    assert.ok(errors.includes(name === 'checkpoint' ? archive(world) : file), errors);
    assert.ok(!existsSync(path.join(data, 'store')), name);
    writeFileSync(file, good);
  }
  await goesOn(world);
});

story('a file of the archive that is damaged in the backup is named', async (world) => {
  await anArchivedPast(world);
  await world.piotd.stop();
  const data = freshDirectory(world, 'spoiled');
  for (const name of [FIRST, SECOND, 'tile/0/000', 'checkpoint'])
    for (const spoil of [flip, rmSync]) {
      const file = path.join(kept(world), name);
      const good = readFileSync(file);
      spoil(file);
      const { code, report, errors } = await restore(world, data, '--archive',
        path.join(world.data, 'new'));
      assert.equal(code, 1, errors);
      assert.ok(report.findings.some(({ text }) => text.includes(file)), name);
      assert.ok(!existsSync(path.join(world.data, 'new')), 'nothing was written');
      writeFileSync(file, good);
    }
  await goesOn(world);
});

story('an archive that is damaged makes no backup, and the file is named', async (world) => {
  await anArchivedPast(world);
  for (const name of ['backups', 'vaults'])
    rmSync(path.join(world.data, name), { recursive: true });
  const file = path.join(archive(world), SECOND);
  const good = readFileSync(file);
  flip(file);
  const token = path.join(world.piotd.data, 'operator.token');
  const { code, errors } = await run('piot', ['backup', '--server', world.url, '--token', token]);
  assert.notEqual(code, 0);
  assert.ok(errors.includes(file), errors);
  assert.deepEqual(readdirSync(path.join(world.data, 'backups', 'notes')), []);
  writeFileSync(file, good);
  await backup(world);
});

// -- a loss -------------------------------------------------------------------------------------

story('after a loss the new log has an archive of its own', async (world) => {
  const { acme } = await anArchivedPast(world);
  await acme.reportsMany('lamp-1', 10);
  await world.piotd.stop();
  const data = freshDirectory(world, 'new-log');
  const old = await restore(world, data, '--accept-loss');
  assert.equal(old.code, 3, 'the archive is signed by the old key');
  assert.match(old.errors, /--archive DIR, an empty folder/);
  cpSync(archive(world), path.join(world.data, 'taken'), { recursive: true });
  const taken = await restore(world, data, '--accept-loss', '--archive',
    path.join(world.data, 'taken'));
  assert.equal(taken.code, 3);
  assert.match(taken.errors, /of another log/);

  const folder = path.join(world.data, 'own');
  const { code, report, errors } = await restore(world, data, '--accept-loss', '--archive', folder);
  assert.equal(code, 0, errors);
  assert.equal(report.verdict, 'restored-with-loss');
  await verify(data);

  const piotd = new Piotd(data, { metrics_listen: '', archive_folder: folder });
  await piotd.start();
  await until('the new log has signed its archive', () =>
    existsSync(path.join(folder, 'checkpoint')));
  await piotd.stop();
  await verify(data);
  const alone = await run('piot', ['verify', '--archive', folder, '--key',
    path.join(data, 'log.key.pub')]);
  assert.equal(alone.code, 0, alone.out + alone.errors);
  await goesOn(world);
});
