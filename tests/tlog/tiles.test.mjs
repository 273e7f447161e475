// tiles -- does the reader find a log's tiles where the text has them, and does it take none
// that is not of the log?
//
// The log read here is written from the text's formal definition of a tile, below; of the
// reader it takes the paths alone, which are held against the text's own examples.
//
// Tried with planted bugs: a reader that did not hold the levels above against those below
// (it had passed until the tile in the middle was tested), one that did not hash the entries,
// and paths without their x failed below.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { entriesOf } from './make_vectors.mjs';
import { Tree } from './merkle.mjs';
import { checkpointText, ED25519, signerOf, signNote } from './note.mjs';
import {
  entriesPath, fromDirectory, fromUrl, indexPath, levelsOf, parseEntries, proveEntry,
  readCheckpoint, readLog, tilePath, tilesOf,
} from './tiles.mjs';

const SIGNER = signerOf('log.example/tiles', ED25519, Buffer.alloc(32, 1));
const KEY = SIGNER.verifier;
const SIZE_MAX = 66_000; // more than 256 full tiles, so that level 2 has a hash
const ENTRIES = entriesOf(SIZE_MAX);
const TREE = Tree.of(ENTRIES);

function bundle(entries) {
  return Buffer.concat(entries.flatMap((entry) => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(entry.length);
    return [length, entry];
  }));
}

// The files of the log, by path: MTH(D[(n * 256 + i) * 256**l : (n * 256 + i + 1) * 256**l])
function written(size) {
  const files = new Map();
  for (let level = 0, span = 1; span <= size; level++, span *= 256) {
    const hashes = Math.floor(size / span);
    for (let n = 0; n * 256 < hashes; n++) {
      const width = Math.min(256, hashes - n * 256);
      const tile = Array.from({ length: width }, (_, i) =>
        TREE.hash((n * 256 + i) * span, (n * 256 + i + 1) * span));
      files.set(tilePath(level, n, width), Buffer.concat(tile));
      if (level > 0) continue;
      const start = n * 256;
      files.set(entriesPath(n, width), bundle(ENTRIES.slice(start, start + width)));
    }
  }
  const text = checkpointText('log.example/tiles', size, TREE.root(size));
  return files.set('checkpoint', signNote(text, SIGNER));
}

const sourceOf = (files) => async (path) => files.get(path) ?? null;

test("an index's path has three digits at a time and an x before all but the last", () => {
  for (const [n, path] of [
    [0, '000'], [67, '067'], [999, '999'], [1000, 'x001/000'], [123456, 'x123/456'],
    [1234067, 'x001/x234/067'], [1000000, 'x001/x000/000'],
  ]) assert.equal(indexPath(n), path);
  assert.equal(tilePath(0, 1234067, 17), 'tile/0/x001/x234/067.p/17');
  assert.equal(entriesPath(3), 'tile/entries/003');
});

test("a tree of 70,000 and one of 256 have the text's tiles", () => {
  const counts = (size) => Array.from({ length: levelsOf(size) }, (_, level) => {
    const tiles = tilesOf(size, level);
    return [tiles.filter(({ width }) => width === 256).length,
      tiles.find(({ width }) => width < 256)?.width];
  });
  assert.deepEqual(counts(70_000), [[273, 112], [1, 17], [0, 1]]);
  assert.deepEqual(counts(256), [[1, undefined], [0, 1]]);
  assert.deepEqual(counts(0), []);
});

test('logs of many sizes are read whole and are consistent with all before them', async () => {
  const older = [];
  for (const size of [0, 1, 2, 255, 256, 257, 511, 512, 600, SIZE_MAX]) {
    const log = await readLog(sourceOf(written(size)), KEY);
    assert.equal(log.entries.length, size);
    for (const index of [0, size >> 1, size - 1]) if (index >= 0 && size) log.inclusion(index);
    for (const checkpoint of older) log.consistency(checkpoint);
    older.push(log);
  }
});

test('the full tile is read where the partial one is gone', async () => {
  const files = written(512);
  files.set('checkpoint', written(300).get('checkpoint'));
  files.set(tilePath(1, 0, 1), TREE.hash(0, 256));
  assert.equal((await readLog(sourceOf(files), KEY)).size, 300);
});

test('a log with any one bit of a tile, a bundle or the checkpoint turned is refused', async () => {
  const files = written(600);
  for (const [path, right] of files) {
    for (let k = 0; k < 16; k++) {
      const wrong = Buffer.from(right);
      wrong[Math.floor(wrong.length * k / 16)] ^= 1 << (k % 8);
      const source = sourceOf(new Map(files).set(path, wrong));
      await assert.rejects(readLog(source, KEY), Error, `${path} ${k}`);
    }
    const short = new Map(files).set(path, right.subarray(0, -1));
    await assert.rejects(readLog(sourceOf(short), KEY), Error, path);
    const gone = new Map(files);
    gone.delete(path);
    await assert.rejects(readLog(sourceOf(gone), KEY), Error, path);
  }
});

test('a tile in the middle that the root does not need is refused as well', async () => {
  const files = written(SIZE_MAX);
  const wrong = Buffer.from(files.get(tilePath(1, 0)));
  wrong[77] ^= 1;
  files.set(tilePath(1, 0), wrong);
  await assert.rejects(readLog(sourceOf(files), KEY), /hash 2 of level 1/);
});

test('another key, another history and a shorter log are refused', async () => {
  const log = await readLog(sourceOf(written(600)), KEY);
  const other = signerOf('log.example/tiles', ED25519, Buffer.alloc(32, 2)).verifier;
  await assert.rejects(readCheckpoint(sourceOf(written(3)), other), /no key that is known/);
  const { origin } = log;
  assert.throws(() => log.consistency({ origin, size: 5, root: TREE.root(6) }), /not the one/);
  assert.throws(() => log.consistency({ origin, size: 601, root: TREE.root(601) }), /before/);
  assert.throws(() => log.consistency({ origin: 'b', size: 5, root: TREE.root(5) }), /another/);
});

test('a bundle cut in an entry or in a length is refused', () => {
  const right = bundle([Buffer.from('a'), Buffer.alloc(0), Buffer.alloc(65_535)]);
  assert.deepEqual(parseEntries(right).map((entry) => entry.length), [1, 0, 65_535]);
  for (const length of [right.length - 1, 6, 4, 2, 1]) {
    assert.throws(() => parseEntries(right.subarray(0, length)), /in the middle/);
  }
});

test('a log is read over HTTP with its authorization, and only with the types it has', async () => {
  const files = written(600);
  let type = 'application/octet-stream';
  const server = createServer((request, response) => {
    const body = files.get(request.url.slice('/log/'.length));
    if (request.headers.authorization !== 'Bearer abc') response.statusCode = 401;
    else if (!body) response.statusCode = 404;
    const isNote = request.url.endsWith('/checkpoint');
    response.setHeader('Content-Type', isNote ? 'text/plain; charset=utf-8' : type);
    response.end(body);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  try {
    const base = `http://127.0.0.1:${server.address().port}/log`;
    const authorized = fromUrl(base, { authorization: 'Bearer abc' });
    assert.equal((await readLog(authorized, KEY)).size, 600);
    await assert.rejects(readLog(fromUrl(base), KEY), /401/);
    type = 'text/html';
    await assert.rejects(readLog(authorized, KEY), /Content-Type text\/html/);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('a log is read from a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'piot-tiles-'));
  try {
    for (const [path, body] of written(257)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), body);
    }
    assert.equal((await readLog(fromDirectory(folder), KEY)).size, 257);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('an entry is proved from what leads from it to the root, and from nothing less', async () => {
  const files = written(66_000);
  const needed = new Set();
  const counted = async (name) => {
    needed.add(name);
    return files.get(name) ?? null;
  };
  assert.deepEqual((await proveEntry(counted, KEY, 300)).entry, ENTRIES[300]);
  assert.deepEqual([...needed].sort(), ['checkpoint', 'tile/0/001', 'tile/0/257.p/208',
    'tile/1/000', 'tile/1/001.p/1', 'tile/entries/001']);
  for (const name of needed) {
    const spoiled = new Map(files);
    const bytes = Buffer.from(files.get(name));
    for (let at = 0; at < bytes.length; at += 1) bytes[at] ^= 1;
    await assert.rejects(proveEntry(sourceOf(spoiled.set(name, bytes)), KEY, 300), name);
    spoiled.delete(name);
    await assert.rejects(proveEntry(sourceOf(spoiled), KEY, 300), name);
  }
});
