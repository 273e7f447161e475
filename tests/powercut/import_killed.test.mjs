// import_killed -- when `piot import` is killed at any moment, is the directory it was making
// either as it was before, or one that no piotd serves and a second import finishes, or whole?
//
//     PIOT_KILLS=100   how many times it is killed (default 20)
//     PIOT_SEED=7      when; the seed of a run is in its output
//
// A kill keeps what the kernel has: whether import syncs is not seen here, only in which order
// it does things. Tried with planted bugs: with the anchor written last, piotd began another
// log with the same key; a piotd that was refused left a store that no import went past.
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Piotd, launch, run, verify } from '../stories/piotd.mjs';
import { assert, story } from '../stories/world.mjs';
import { chance, seed } from './chance.mjs';

const kills = Number(process.env.PIOT_KILLS ?? 20);
const EVENTS = 2000; // an import of them takes some hundred milliseconds
const AT_ONCE = 30;
const LATE = 1.1; // kills come up to so many times the length of an import that is let be

async function manyEvents(world) {
  for (let n = 0; n < EVENTS; n += AT_ONCE) {
    const asked = Array.from({ length: AT_ONCE }, () =>
      world.operator.post('/operator/v1/tokens', { role: 'auditor', name: 'one of many' }));
    for (const answer of await Promise.all(asked)) answer.is(201);
  }
}

async function exported(world) {
  const folder = path.join(world.data, 'copy');
  const { code, out, errors } = await run('piot', ['export', '--data', world.piotd.data, '--to',
    folder, '--ciphertexts', '--json']);
  assert.equal(code, 0, errors);
  return { folder, ...JSON.parse(out) };
}

// What an operator brings along, and nothing else.
function freshDirectory(world) {
  const data = path.join(world.data, 'imported');
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { mode: 0o700 });
  for (const name of ['vault', 'log.key', 'log.key.pub'])
    cpSync(path.join(world.piotd.data, name), path.join(data, name), { recursive: true });
  return data;
}

// The draft of an anchor is nothing yet: the next one is written over it.
const namesIn = (data) => readdirSync(data).filter((name) => name !== 'anchor.new').join();

const wordsOf = (copy, data) => ['import', '--from', copy.folder, '--data', data];

async function importInFull(copy, data) {
  const { code, errors } = await run('piot', wordsOf(copy, data));
  assert.equal(code, 0, errors);
  await isWhole(copy, data);
}

async function isWhole(copy, data) {
  const { head, root } = await verify(data);
  assert.deepEqual([head, root], [copy.size, copy.root], 'it is the log that was exported');
}

async function killedAfter(ms, words) {
  const { child, ended } = launch('piot', words);
  const timer = setTimeout(() => child.kill('SIGKILL'), ms);
  await ended;
  clearTimeout(timer);
}

async function isServedByNobody(data) {
  const piotd = new Piotd(data, { metrics_listen: '' });
  try {
    await assert.rejects(piotd.start(), /events are missing/);
  } finally {
    await piotd.kill();
  }
}

// What became of it; every kind has to come to its end.
async function lookAt(copy, data, before) {
  if (existsSync(path.join(data, 'store'))) {
    await isWhole(copy, data);
    return 'whole';
  }
  const isAsBefore = namesIn(data) === before;
  if (!isAsBefore) await isServedByNobody(data);
  await importInFull(copy, data);
  return isAsBefore ? 'as before' : 'begun';
}

story(`each of ${kills} killed imports left nothing that is served as if whole`, async (world) => {
  const random = chance(seed);
  await manyEvents(world);
  await world.piotd.stop();
  const copy = await exported(world);
  assert.ok(copy.size > EVENTS);
  const begun = performance.now();
  assert.equal((await run('piot', wordsOf(copy, freshDirectory(world)))).code, 0);
  const length = performance.now() - begun;

  const found = { 'as before': 0, begun: 0, whole: 0 };
  for (let kill = 0; kill < kills; kill++) {
    const data = freshDirectory(world);
    const before = namesIn(data);
    await killedAfter(random() * length * LATE, wordsOf(copy, data));
    found[await lookAt(copy, data, before)] += 1;
  }
  console.log(`seed ${seed}: ${kills} kills within ${Math.round(length)} ms, found`, found);
  assert.ok(found.begun > 0, 'some were killed in the middle');
  await world.piotd.start();
});
