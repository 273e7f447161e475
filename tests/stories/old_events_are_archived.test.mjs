// old events are archived -- do people, auditors and strangers see the same before and after
// old events went from the store into plain files; does a kill in the middle lose nothing; do
// the files prove themselves to whoever has nothing else; and is a file of the archive that
// was altered or lost found, named and never served?
//
// Tried with planted bugs, each of which failed here: rows that go although the file is not
// what it must be; an entry from a file that is served without being held against the tree.
import {
  existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fromUrl, readLog } from '../tlog/tiles.mjs';
import {
  aPast, archive, archiving, BUNDLE, FIRST, isArchived, keyOf, numberOf, piot, start, verifyAlone,
} from './archive.mjs';
import { run, verify } from './piotd.mjs';
import { until } from './wait.mjs';
import { assert, story } from './world.mjs';

// The bundles that are in the folder, whole or not.
const bundles = (world) => {
  const folder = path.join(archive(world), 'tile/entries');
  return existsSync(folder) ? readdirSync(folder).filter((name) => !name.includes('.')) : [];
};

// Reads the whole log as a stranger does, from the service.
const strangerReads = (world) =>
  readLog(fromUrl(`${world.url}/audit/v1`,
    { authorization: `Bearer ${world.piotd.operatorToken}` }), keyOf(world));

// Without the folder, what is only there is missing.
async function verifyWithout(world) {
  const away = `${archive(world)}.away`;
  renameSync(archive(world), away);
  const { code, out } = await run('piot', ['verify', '--data', world.piotd.data, '--json']);
  renameSync(away, archive(world));
  return { code, findings: JSON.parse(out).findings };
}

story('nobody notices that old events are archived', async (world) => {
  const { kim, lamp, then, last } = await aPast(world, 600);
  const { data } = world.piotd;
  const questions = [
    ['as-of', '--data', data, '--at', `1/${then}`, '--personal', '--json', lamp.deviceId],
    ['history', '--data', data, '--personal', '--json', '--device', lamp.deviceId],
    ['history', '--data', data, '--json', '--why', lamp.deviceId],
  ];
  const answers = async () => {
    const all = [];
    for (const question of questions) all.push(await piot(question));
    return all;
  };
  await world.piotd.stop();
  const before = await answers();
  await verify(data);

  await start(world, archiving(world));
  await isArchived(world, last);
  const stranger = await strangerReads(world);
  assert.ok(stranger.size >= last);
  for (const index of [0, 255, 256, last - 1]) stranger.inclusion(index);
  assert.ok((await kim.app.history()).length > 0);
  await world.piotd.stop();

  assert.deepEqual(await answers(), before);
  await verify(data);
  const proof = path.join(world.data, 'proof');
  writeFileSync(proof, await piot(['prove', '--data', data, '100', '--json']));
  await piot(['verify', '--proof', proof, '--key', path.join(data, 'log.key.pub')]);
  const copy = path.join(world.data, 'copy');
  await piot(['export', '--data', data, '--to', copy]);
  assert.deepEqual(readFileSync(path.join(copy, FIRST)),
    readFileSync(path.join(archive(world), FIRST)));
  await piot(['rebuild', '--data', data]);
  await verify(data);
  const alone = await verifyAlone(world);
  assert.equal(alone.events, Math.floor((last - 1) / BUNDLE) * BUNDLE);
  assert.ok(alone.size >= last);
  const said = await piot(['verify', '--archive', archive(world), '--key',
    path.join(data, 'log.key.pub')]);
  assert.match(said, new RegExp(`${alone.events} of ${alone.size} entries are here, from 1 to ` +
    `${alone.events}; all are in the tree of the checkpoint`));
  const taken = await piot(['verify', '--export', archive(world), '--key',
    path.join(data, 'log.key.pub')], 1);
  assert.match(taken, /is missing/);
  assert.match(taken, /an archive_folder that is right: --archive/);
  const { code, findings } = await verifyWithout(world);
  assert.equal(code, 1, 'the events are in the archive alone');
  assert.match(findings[0].text, /the archive is at .* no more/);
  await world.piotd.start();
});

story('an altered or lost file is found, named and not served', async (world) => {
  const { last } = await aPast(world, 300);
  const { data } = world.piotd;
  await world.piotd.stop();
  await start(world, archiving(world));
  await isArchived(world, last);

  const flip = (file, bytes) => {
    const bad = Buffer.from(bytes);
    bad[bad.length - 5] ^= 1;
    writeFileSync(file, bad);
  };
  const lose = (file) => renameSync(file, `${file}.away`);
  const served = async () => (await world.operator.get(`/audit/v1/${FIRST}`)).status;
  async function eachSpoilt(look) {
    for (const name of [FIRST, 'tile/0/000', 'checkpoint'])
      for (const spoil of [flip, lose]) {
        const file = path.join(archive(world), name);
        const good = readFileSync(file);
        spoil(file, good);
        await look(name, file);
        writeFileSync(file, good);
      }
  }
  await eachSpoilt(async (name) => // of tiles and checkpoints the store has its own
    assert.equal(await served(), name === FIRST ? 500 : 200, name));
  assert.equal(await served(), 200);
  await world.piotd.stop(); // running, it makes a lost checkpoint again
  await eachSpoilt(async (name, file) => {
    const { code, out } = await run('piot', ['verify', '--data', data, '--json']);
    assert.equal(code, 1, out);
    const { findings } = JSON.parse(out);
    assert.ok(findings.some(({ text }) => text.includes(file)), out);
  });
  await world.piotd.start();
});

story('a file that is there and wrong keeps the events where they are', async (world) => {
  await aPast(world, 300);
  await world.piotd.stop();
  mkdirSync(path.join(archive(world), 'tile/entries'), { recursive: true });
  writeFileSync(path.join(archive(world), FIRST), 'not what was there');
  await start(world, archiving(world));
  await until('it is said', () =>
    world.piotd.reports.some((line) => line.includes('nothing is archived') &&
      line.includes(FIRST)));
  await world.piotd.stop();
  renameSync(archive(world), `${archive(world)}.away`);
  await verify(world.piotd.data);
  await start(world, { archive_folder: '' });
});

story('kills while events are archived lose nothing', async (world) => {
  const { acme, last } = await aPast(world, 1500);
  const wanted = Math.floor((last - 1) / BUNDLE);
  await world.piotd.stop();
  for (let written = 0; written < 3; written += 1) {
    await start(world, archiving(world));
    await until('it is at it', () => bundles(world).length >= Math.min(1 + 2 * written, wanted));
    await world.kill();
    await verify(world.piotd.data);
  }
  await start(world, {});
  await acme.reportsMany('lamp-1', BUNDLE);
  await isArchived(world, numberOf(await world.position())); // which is said of every part
  await verifyAlone(world);
});

story('the archive may be moved', async (world) => {
  const { last } = await aPast(world, 300);
  const { data } = world.piotd;
  await world.piotd.stop();
  await start(world, archiving(world));
  await isArchived(world, last);
  await world.piotd.stop();
  const moved = path.join(world.data, 'moved');
  renameSync(archive(world), moved);
  await start(world, { archive_folder: moved });
  await until('reads go there', async () =>
    (await world.operator.get(`/audit/v1/${FIRST}`)).status === 200);
  await world.piotd.stop();
  await verify(data);
  await world.piotd.start();
});
