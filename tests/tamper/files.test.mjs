// Is every flipped bit, lost file and older file in a data directory found and named, and
// never served?
//
// A service with a little history is stopped, and once killed, so that one directory has
// its history in tables and one in the WAL. Then each file, in a copy each time, has a bit
// flipped in several places, is cut, or taken away: `piot verify` has to say so with 1 or
// 3 and a sentence, or piotd has to refuse to start with one. What may be altered unnoticed
// is listed here, with why it says nothing about the history.
//
// Bugs that it noticed: a vault opened whose anchor was gone; tables of families that verify
// folds nothing into were not read.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync,
         writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { Piotd, run } from '../stories/piotd.mjs';
import { until } from '../stories/wait.mjs';
import { World } from '../stories/world.mjs';

// What a file of that name is for, if nobody's history depends on it.
const saysNothing = [
  [/^operator\.token$/, 'a person may keep it elsewhere; its hash is in the log'],
  [/^listen$/, 'where the last process listened'],
  [/^reserve$/, 'only its size counts'],
  [/(^|\/)LOCK$/, 'empty'],
  [/(^|\/)LOG(\.old.*)?$/, 'the diary of RocksDB'],
  [/(^|\/)OPTIONS-\d+$/, 'written by RocksDB for people; read by nobody'],
  [/(^|\/)IDENTITY$/, 'a name RocksDB gives a database'],
];
const PLACES = 6; // in each file: at its ends and between

function files(folder, below = '') {
  return readdirSync(path.join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(below, entry.name);
    return entry.isDirectory() ? files(folder, name) : [name];
  });
}

function withHistory(folder) {
  return files(folder).filter((name) => !saysNothing.some(([pattern]) => pattern.test(name)) &&
                                        statSync(path.join(folder, name)).size > 0);
}

// A household with a device, so that every family of the store has rows.
async function live(world) {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1', 'lamp', { displayName: 'Desk lamp' });
  await kim.app.grants('Desk lamp');
}

// What was acknowledged since the last anchor, at most a second, can be told from a torn
// end by nobody: the tampering begins when the anchor has all.
function isAnchored(world) {
  return until('the anchor has come to the last event', async () => {
    const size = readFileSync(path.join(world.data, 'data/anchor'), 'utf8').split('\n')[1];
    return (await world.position()) === `1/${size}`;
  });
}

async function directory(ending) {
  const world = await World.open();
  try {
    await live(world);
    await isAnchored(world);
    if (ending === 'stopped') await world.piotd.stop();
    else await world.piotd.kill();
    const kept = mkdtempSync(path.join(tmpdir(), 'piot-tamper-'));
    cpSync(world.data, kept, { recursive: true });
    return path.join(kept, 'data');
  } finally {
    await world.abandon();
  }
}

async function refusesToStart(data) {
  const piotd = new Piotd(data, { metrics_listen: '' });
  try {
    await piotd.start();
  } catch (error) {
    return /piotd ended at its start\n.+/.test(error.message);
  }
  await piotd.kill();
  return false;
}

// By the one that only looks, or by the one that would serve it.
async function isNoticed(data) {
  const { code, out, errors } = await run('piot', ['verify', '--data', data]);
  assert.ok([0, 1, 3].includes(code), `piot verify ended with ${code}\n${out}${errors}`);
  if (code !== 0) {
    assert.ok((out + errors).trim().length > 0, 'whoever says no says why');
    return true;
  }
  return refusesToStart(data);
}

async function each(clean, tamper) {
  const unnoticed = [];
  for (const name of withHistory(clean)) {
    for (const [what, act] of tamper(path.join(clean, name))) {
      const copy = mkdtempSync(path.join(tmpdir(), 'piot-tamper-'));
      try {
        cpSync(clean, copy, { recursive: true });
        act(path.join(copy, name));
        if (!(await isNoticed(copy))) unnoticed.push(`${name}: ${what}`);
      } finally {
        rmSync(copy, { recursive: true, force: true });
      }
    }
  }
  assert.deepEqual(unnoticed, []);
}

// Two kinds of block in a table answer nothing: its figures for RocksDB's planner, and its
// filter, which is passed over when it is damaged. Their places, as RocksDB's format of
// tables has them: the footer leads to an index of such blocks. [[from, to), …].
const saysNothingEither = /^(rocksdb\.properties|fullfilter\..*)$/;
const TRAILER = 5; // of a block: its kind and checksum

function blocksWithoutAnswers(bytes) {
  let at = bytes.length - 53 + 1; // the footer: a byte, two handles, the version, the magic
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  const blocks = [];
  const from = varint();
  const end = from + varint() - 8; // one place to restart at, and how many there are
  let key = '';
  for (at = from; at < end;) {
    const [shared, fresh, size] = [varint(), varint(), varint()];
    key = key.slice(0, shared) + bytes.toString('latin1', at, at + fresh);
    at += fresh;
    const next = at + size;
    const start = varint();
    if (saysNothingEither.test(key)) blocks.push([start, start + varint() + TRAILER]);
    at = next;
  }
  return blocks;
}

// The rows of the last checkpoint come after the anchor, and end the WAL.
const AFTER_THE_ANCHOR = 1024;

function* flips(file) {
  const bytes = readFileSync(file);
  const isLog = file.endsWith('.log') && !file.includes('vault');
  const size = bytes.length - (isLog ? Math.min(bytes.length >> 1, AFTER_THE_ANCHOR) : 0);
  const blocks = file.endsWith('.sst') ? blocksWithoutAnswers(bytes) : [];
  for (let place = 0; place < PLACES; place += 1) {
    const at = Math.min(size - 1, Math.floor((size * place) / (PLACES - 1)));
    if (blocks.some(([from, to]) => at >= from && at < to)) continue;
    yield [`bit ${8 * at + (place % 8)} flipped`, (target) => {
      const bytes = readFileSync(target);
      bytes[at] ^= 1 << place % 8;
      writeFileSync(target, bytes);
    }];
  }
}

function* losses() {
  yield ['taken away', (target) => rmSync(target)];
  yield ['cut in half', (target) => truncateSync(target, Math.floor(statSync(target).size / 2))];
}

for (const ending of ['stopped', 'killed']) {
  test(`every flipped bit of a ${ending} service's files is noticed`, async () => {
    const clean = await directory(ending);
    try {
      await each(clean, flips);
    } finally {
      rmSync(path.dirname(clean), { recursive: true, force: true });
    }
  });

  test(`every lost or cut file of a ${ending} service is noticed`, async () => {
    const clean = await directory(ending);
    try {
      await each(clean, losses);
    } finally {
      rmSync(path.dirname(clean), { recursive: true, force: true });
    }
  });
}
