// full_disk -- what if the disk is full? Writes are refused with a word before they are tried,
// reads and erasures go on, a stop and a start are in order, and with room again so is all.
//
// The disk is a small one that somebody else fills to its last byte: a tmpfs, mounted where
// nobody but this test sees it (unshare), so the file starts itself once more in there. Where
// that is not allowed, as in some containers, what needs it is left out, and says so.
//
// Planted bugs that it caught: a look at the disk that always found room; a reserve that was
// never made; an eraser that may not use it; a start that looked at nothing.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync,
         writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { until } from '../stories/wait.mjs';
import { inWorld, World } from '../stories/world.mjs';

const LIMIT_MS = 240_000;
const disk = process.env.SMALL_DISK;

async function inAWorld(tell, ...how) {
  try {
    await inWorld(await World.open(...how), tell);
  } finally {
    if (disk) makeRoom();
  }
}

// -- the disk

let fillers = 0;

function fill() {
  fillers += 1;
  const file = openSync(path.join(disk, `filler-${fillers}`), 'w');
  for (const size of [1 << 20, 4096])
    try {
      for (;;) writeSync(file, Buffer.alloc(size, 'x'));
    } catch (error) {
      assert.equal(error.code, 'ENOSPC');
    }
  closeSync(file);
}

function makeRoom() {
  for (const name of readdirSync(disk))
    if (name.startsWith('filler-')) rmSync(path.join(disk, name));
}

let names = 0;
const onboards = (world) => {
  names += 1;
  return world.operator.post('/operator/v1/vendors', { name: `Vendor ${names}` });
};
const isRefused = (world) =>
  until('a write is refused', async () => {
    const answer = await onboards(world);
    return answer.status === 503 && answer;
  });
const goesOn = (world) =>
  until('writes go on', async () => (await onboards(world)).status === 201);

const files = (folder) =>
  readdirSync(folder, { recursive: true }).sort().map((name) => {
    const { size, mtimeMs } = statSync(path.join(folder, name));
    return [name, size, mtimeMs];
  });

// -- on it

async function refusesAndGoesOn(world) {
  const kim = await world.household('kim');
  fill();
  const refused = await isRefused(world);
  assert.equal(refused.is(503, 'UNAVAILABLE').message,
    'The disk is almost full: nothing is written until there is room.');
  assert.equal(refused.headers['retry-after'], '1');
  const told = (await world.nobody.get('/readyz')).is(200);
  assert.match(told.reasons.join(' '), /little room on the disk.*writes are refused/);
  (await kim.app.get('/app/v1/me')).is(200);
  (await kim.app.get('/app/v1/networks')).is(200);

  makeRoom();
  await goesOn(world);
  await until('it is ready without a reason', async () =>
    (await world.nobody.get('/readyz')).is(200).reasons.length === 0);
  await world.stop();
}

// Those that the vault's anchor knows: it is written when a key is destroyed.
const vaultChanges = (world) =>
  Number(readFileSync(path.join(world.piotd.data, 'vault/anchor'), 'utf8').split('\n')[1]);

async function erases(world) {
  const kim = await world.household('kim');
  const { accountId } = kim;
  fill();
  await isRefused(world);
  const changes = vaultChanges(world);
  (await kim.app.erasesAll()).is(202);
  await until('kim\'s key is destroyed', () => vaultChanges(world) > changes);
  await isRefused(world);

  makeRoom();
  // An operator's look is an event, so there is none before there is room.
  await until('no file holds anything of kim', async () => {
    const answer = await world.operator.get(`/operator/v1/accounts/${accountId}`);
    return answer.status === 200 && answer.body.erasedAt;
  });
  await world.stop();
}

async function stopsAndStarts(world) {
  await goesOn(world);
  fill();
  await isRefused(world);
  await world.piotd.stop(); // which asserts that it ended well
  fill();
  const before = files(world.piotd.data);
  for (let times = 0; times < 2; times += 1)
    await assert.rejects(world.piotd.start(), /the disk is full: a start needs \d+ KiB at/);
  assert.deepEqual(await world.piotd.ended, { code: 1, signal: null });
  assert.deepEqual(files(world.piotd.data), before, 'a start on a full disk changed something');

  makeRoom();
  world.agent.destroy();
  await world.piotd.start();
  await goesOn(world);
  await world.stop();
}

if (disk) {
  const limited = { timeout: LIMIT_MS };
  test('writes are refused with a word, and go on by themselves when there is room', limited,
    () => inAWorld(refusesAndGoesOn));
  test('a person is erased on a full disk', limited, () => inAWorld(erases));
  test('it stops and says at a start that the disk is full', limited,
    () => inAWorld(stopsAndStarts));
}

// -- this file, once more, beside such a disk

const apart = ['--mount', '--map-root-user'];
const mayMount = !disk && spawnSync('unshare', [...apart, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'])
  .status === 0;

function startsAgain() {
  const place = mkdtempSync(path.join(tmpdir(), 'piot-disk-'));
  const script = 'mount -t tmpfs -o size=64m tmpfs "$SMALL_DISK" && exec "$0" --test "$1"';
  const env = { ...process.env, SMALL_DISK: place, TMPDIR: place };
  delete env.NODE_TEST_CONTEXT; // else it would not run as a runner of its own
  const words = [...apart, 'sh', '-c', script, process.execPath, fileURLToPath(import.meta.url)];
  const ended = spawnSync('unshare', words, { env, encoding: 'utf8' });
  rmSync(place, { recursive: true });
  assert.equal(ended.status, 0, ended.stdout + ended.stderr);
  assert.match(ended.stdout, /^# pass 3$/m, ended.stdout);
}

if (!disk) {
  const skip = mayMount ? false : 'nothing may be mounted here';
  test('all is in order on a disk that is full', { timeout: 3 * LIMIT_MS, skip }, startsAgain);

  // No file of its may become longer than that, as if the disk were full all of a sudden.
  const under = ['prlimit', '--fsize=400000'];
  test('a commit that fails ends it in order, and nothing acknowledged is lost',
    { timeout: LIMIT_MS },
    () => inAWorld(async (world) => {
      const { ended } = world.piotd;
      let answer;
      let acknowledged = 0;
      while ((answer = await onboards(world)).status === 201) acknowledged += 1;
      answer.is(503, 'UNAVAILABLE');
      assert.deepEqual(await ended, { code: 1, signal: null });
      assert.match(world.piotd.lastReports(), /stopping: committing: .*File too large/);

      world.piotd.under = [];
      world.agent.destroy();
      await world.piotd.start();
      const position = Number((await world.position()).split('/')[1]);
      assert.ok(position >= acknowledged, `${acknowledged} of ${position} are there`);
      await goesOn(world);
      await world.stop();
    }, { disk_reserve: 0 }, under));
}
