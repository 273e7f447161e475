// tiles.mjs -- reads a whole log as a stranger would, by its address and its key, and believes
// nothing it has not hashed itself. Written from the texts alone and from none of the
// product's sources:
//
//     c2sp.org/tlog-tiles    Checkpoints, Merkle Tree, Partial Tiles, Log entries
//
// A source is a function from a path below the log's prefix to the Buffer found there, or
// to null where nothing is: fromUrl() or fromDirectory(). Whatever is amiss throws.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { leafHash, nodeHash, emptyRoot, splitOf, Tree, verifyConsistency, verifyInclusion }
  from './merkle.mjs';
import { openNote, parseCheckpoint, parseVerifier } from './note.mjs';

export const TILE_WIDTH = 256;
const HASH_BYTES = 32;
const LENGTH_BYTES = 2; // before each entry of a bundle

function need(condition, what) {
  if (!condition) throw new Error(what);
}

// 1234067 is x001/x234/067.
export function indexPath(n) {
  let path = String(n % 1000).padStart(3, '0');
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`;
  }
  return path;
}

const partial = (width) => (width === TILE_WIDTH ? '' : `.p/${width}`);
export const tilePath = (level, n, width = TILE_WIDTH) =>
  `tile/${level}/${indexPath(n)}${partial(width)}`;
export const entriesPath = (n, width = TILE_WIDTH) =>
  `tile/entries/${indexPath(n)}${partial(width)}`;

// The tiles of one level of a tree of that size, {n, width}, the last one partial, maybe.
export function tilesOf(size, level) {
  const hashes = Math.floor(size / TILE_WIDTH ** level);
  const tiles = [];
  for (let n = 0; n * TILE_WIDTH < hashes; n++) {
    tiles.push({ n, width: Math.min(TILE_WIDTH, hashes - n * TILE_WIDTH) });
  }
  return tiles;
}

// How many levels of a tree of that size have a tile.
export function levelsOf(size) {
  let levels = 0;
  while (TILE_WIDTH ** levels <= size) levels++;
  return levels;
}

const CONTENT_TYPES = { checkpoint: 'text/plain; charset=utf-8' };

// A log below an http(s) address; authorization is the header's value, if it wants one.
export function fromUrl(base, { authorization } = {}) {
  const prefix = base.endsWith('/') ? base : `${base}/`;
  const headers = authorization ? { authorization } : {};
  return async (path) => {
    const response = await fetch(prefix + path, { headers, redirect: 'error' });
    const body = Buffer.from(await response.arrayBuffer());
    if (response.status === 404) return null;
    need(response.status === 200, `${path}: ${response.status}`);
    const type = response.headers.get('content-type');
    const right = CONTENT_TYPES[path] ?? 'application/octet-stream';
    need(type === right, `${path} has Content-Type ${type}, not ${right}`);
    return body;
  };
}

// A log's files, each at its path below a folder.
export function fromDirectory(folder) {
  return async (path) => {
    try {
      return await readFile(join(folder, path));
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(error.code)) return null;
      throw error;
    }
  };
}

// The checkpoint of a log whose key's text is given, its signature verified.
export async function readCheckpoint(source, key) {
  const note = await source('checkpoint');
  need(note !== null, 'no checkpoint');
  const { text } = openNote(note, [parseVerifier(key)]);
  return { ...parseCheckpoint(text), note };
}

// A partial tile may be gone once there is the full one, which starts with it.
async function fetchTile(source, pathOf, n, width) {
  const tile = await source(pathOf(n, width));
  if (tile !== null) return { tile, full: width === TILE_WIDTH };
  const whole = width === TILE_WIDTH ? null : await source(pathOf(n, TILE_WIDTH));
  need(whole !== null, `${pathOf(n, width)} is not there`);
  return { tile: whole, full: true };
}

async function readHashes(source, level, { n, width }) {
  const pathOf = (index, w) => tilePath(level, index, w);
  const { tile, full } = await fetchTile(source, pathOf, n, width);
  const bytes = (full ? TILE_WIDTH : width) * HASH_BYTES;
  need(tile.length === bytes, `${pathOf(n, width)} has ${tile.length} bytes, not ${bytes}`);
  return Array.from({ length: width }, (_, i) =>
    tile.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
}

export function parseEntries(bundle) {
  const entries = [];
  for (let at = 0; at < bundle.length;) {
    need(at + LENGTH_BYTES <= bundle.length, 'a bundle ends in the middle of a length');
    const start = at + LENGTH_BYTES;
    at = start + bundle.readUInt16BE(at);
    need(at <= bundle.length, 'a bundle ends in the middle of an entry');
    entries.push(bundle.subarray(start, at));
  }
  return entries;
}

async function readBundle(source, { n, width }) {
  const { tile, full } = await fetchTile(source, entriesPath, n, width);
  const entries = parseEntries(tile);
  const count = full ? TILE_WIDTH : width;
  need(entries.length === count,
    `${entriesPath(n, width)} has ${entries.length} entries, not ${count}`);
  return entries.slice(0, width);
}

// MTH(D[start:end]) from the tiles: a hash of the highest level there is one of, or the hash
// of the two halves.
function hashFrom(levels, start, end) {
  const n = end - start;
  const level = levels.findLastIndex((_, l) => n === TILE_WIDTH ** l);
  if (level >= 0) return levels[level][start / TILE_WIDTH ** level];
  const middle = start + splitOf(n);
  return nodeHash(hashFrom(levels, start, middle), hashFrom(levels, middle, end));
}

export const rootFrom = (levels, size) =>
  (size === 0 ? emptyRoot() : hashFrom(levels, 0, size));

// A log that was read: `size` and `root` as the checkpoint has them, `entries` (Buffers),
// `levels` (the hashes the tiles of each level have), all of it checked against the root.
export class Log {
  #tree;

  constructor(checkpoint, levels, entries) {
    Object.assign(this, checkpoint, { levels, entries });
    this.#tree = Tree.of(entries);
    this.#check();
  }

  #check() {
    const { size, root, levels, entries } = this;
    need(rootFrom(levels, size).equals(root), 'the tiles have another root');
    need(rootFrom(levels.slice(0, 1), size).equals(root), 'the lowest tiles have another root');
    need(this.#tree.root().equals(root), 'the entries have another root');
    entries.forEach((entry, i) => {
      need(leafHash(entry).equals(levels[0][i]), `entry ${i} is not that of the tile`);
    });
    for (let level = 1; level < levels.length; level++) {
      levels[level].forEach((hash, i) => {
        const below = new Tree(levels[level - 1].slice(i * TILE_WIDTH, (i + 1) * TILE_WIDTH));
        need(hash.equals(below.root()), `hash ${i} of level ${level} is not that of its tile`);
      });
    }
  }

  // The proof that the entry is where it is, verified as a client would.
  inclusion(index) {
    const proof = this.#tree.inclusion(index);
    const leaf = leafHash(this.entries[index]);
    need(verifyInclusion(leaf, index, this.size, proof, this.root), `entry ${index} is not in`);
    return proof;
  }

  // The proof that this log starts with the whole of that of an older checkpoint.
  consistency(older) {
    need(older.origin === this.origin, `another log: ${older.origin}`);
    need(older.size <= this.size, `the log was of ${older.size} entries before`);
    const proof = this.#tree.consistency(older.size);
    need(verifyConsistency(older.size, this.size, proof, older.root, this.root),
      `the log is not the one it was at ${older.size}`);
    return proof;
  }
}

// Reads everything: the checkpoint, every tile of every level and every entry.
export async function readLog(source, key) {
  const checkpoint = await readCheckpoint(source, key);
  const levels = [];
  for (let level = 0; level < levelsOf(checkpoint.size); level++) {
    const hashes = [];
    for (const tile of tilesOf(checkpoint.size, level)) {
      hashes.push(...await readHashes(source, level, tile));
    }
    levels.push(hashes);
  }
  const entries = [];
  for (const tile of tilesOf(checkpoint.size, 0)) {
    entries.push(...await readBundle(source, tile));
  }
  return new Log(checkpoint, levels, entries);
}

// Takes the one way from an entry to the root of the checkpoint, by the tiles beside it alone:
// which also a log has of which the later entries are elsewhere.
export async function proveEntry(source, key, index) {
  const checkpoint = await readCheckpoint(source, key);
  const widthOf = (level, n) =>
    Math.min(TILE_WIDTH, Math.floor(checkpoint.size / TILE_WIDTH ** level) - n * TILE_WIDTH);
  const tileAt = (level, at) => {
    const n = Math.floor(at / TILE_WIDTH);
    return { n, width: widthOf(level, n) };
  };
  const entry = (await readBundle(source, tileAt(0, index)))[index % TILE_WIDTH];
  const hashOf = async (start, end) => {
    const n = end - start;
    const apart = index < start || index >= end;
    if (!apart && n === 1) return leafHash(entry);
    const level = Math.round(Math.log2(n) / Math.log2(TILE_WIDTH));
    if (apart && n === TILE_WIDTH ** level) {
      const at = start / n;
      return (await readHashes(source, level, tileAt(level, at)))[at % TILE_WIDTH];
    }
    const middle = start + splitOf(n);
    return nodeHash(await hashOf(start, middle), await hashOf(middle, end));
  };
  need(index < checkpoint.size, `the log has ${checkpoint.size} entries`);
  need((await hashOf(0, checkpoint.size)).equals(checkpoint.root), `entry ${index} is not in`);
  return { checkpoint, entry };
}
