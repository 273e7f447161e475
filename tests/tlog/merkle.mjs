// merkle.mjs -- the Merkle tree of a log, written from the RFCs alone and from none of the
// product's sources, so that what agrees with it agrees with the text:
//
//     the hash of a tree       RFC 6962 2.1    (RFC 9162 2.1.1)
//     inclusion, made          RFC 6962 2.1.1  (RFC 9162 2.1.3.1), recursive as written there
//     inclusion, verified      RFC 9162 2.1.3.2
//     consistency, made        RFC 6962 2.1.2  (RFC 9162 2.1.4.1), recursive as written there
//     consistency, verified    RFC 9162 2.1.4.2
//
// Hashes are Buffers of 32 bytes; sizes and indexes are safe integers. Halving is by
// division, for node's shifts end at 32 bits.
import { createHash } from 'node:crypto';

const HASH_BYTES = 32;
const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

function sha256(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export const emptyRoot = () => sha256();
export const leafHash = (entry) => sha256(LEAF, entry);
export const nodeHash = (left, right) => sha256(NODE, left, right);

// The largest power of two smaller than n, for n > 1: k < n <= 2k.
export function splitOf(n) {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

// A tree over leaf hashes. MTH() of a range is kept once it is known, which is the only
// thing done beyond the text: the tree only grows, so a range's hash never changes.
export class Tree {
  #leaves;
  #known = new Map();

  constructor(leafHashes = []) {
    this.#leaves = [...leafHashes];
  }

  static of(entries) {
    return new Tree(entries.map(leafHash));
  }

  get size() {
    return this.#leaves.length;
  }

  // MTH(D[start:end])
  hash(start, end) {
    if (start < 0 || end > this.size || start > end) throw new RangeError(`[${start}:${end}]`);
    const n = end - start;
    if (n === 0) return emptyRoot();
    if (n === 1) return this.#leaves[start];
    const name = `${start}:${end}`;
    let known = this.#known.get(name);
    if (!known) {
      const k = splitOf(n);
      known = nodeHash(this.hash(start, start + k), this.hash(start + k, end));
      this.#known.set(name, known);
    }
    return known;
  }

  root(size = this.size) {
    return this.hash(0, size);
  }

  // PATH(index, D[0:size])
  inclusion(index, size = this.size) {
    if (index < 0 || index >= size) throw new RangeError(`leaf ${index} of ${size}`);
    return this.#path(index, 0, size);
  }

  // PATH(m, D[start:end])
  #path(m, start, end) {
    const n = end - start;
    if (n === 1) return [];
    const k = splitOf(n);
    const middle = start + k;
    if (m < k) return [...this.#path(m, start, middle), this.hash(middle, end)];
    return [...this.#path(m - k, middle, end), this.hash(start, middle)];
  }

  // PROOF(from, D[0:size]), which the text has for 0 < from < size; it is empty from 0,
  // where there is nothing to be consistent with, and from the size itself.
  consistency(from, size = this.size) {
    if (from < 0 || from > size) throw new RangeError(`from ${from} to ${size}`);
    if (from === 0 || from === size) return [];
    return this.#subproof(from, 0, size, true);
  }

  // SUBPROOF(m, D[start:end], whole)
  #subproof(m, start, end, whole) {
    const n = end - start;
    if (m === n) return whole ? [] : [this.hash(start, end)];
    const k = splitOf(n);
    const middle = start + k;
    if (m <= k) return [...this.#subproof(m, start, middle, whole), this.hash(middle, end)];
    return [...this.#subproof(m - k, middle, end, false), this.hash(start, middle)];
  }
}

const odd = (n) => n % 2 === 1;
const half = (n) => Math.floor(n / 2);
const isSize = (n) => Number.isSafeInteger(n) && n >= 0;
const areHashes = (list) =>
  list.every((hash) => Buffer.isBuffer(hash) && hash.length === HASH_BYTES);

// Is the leaf with this hash the index-th of the tree of that size and root?
export function verifyInclusion(leaf, index, size, proof, root) {
  if (!isSize(index) || !isSize(size) || index >= size) return false;
  if (!areHashes([leaf, root, ...proof])) return false;
  let fn = index;
  let sn = size - 1;
  let r = leaf;
  for (const p of proof) {
    if (sn === 0) return false;
    if (odd(fn) || fn === sn) {
      r = nodeHash(p, r);
      while (!odd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      r = nodeHash(r, p);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && r.equals(root);
}

function isPowerOfTwo(n) {
  while (n > 1 && !odd(n)) n = half(n);
  return n === 1;
}

// Does the tree of the second size and root start with the whole tree of the first?
export function verifyConsistency(first, second, proof, firstRoot, secondRoot) {
  if (!isSize(first) || !isSize(second) || first > second) return false;
  if (!areHashes([firstRoot, secondRoot, ...proof])) return false;
  if (second === 0 && !secondRoot.equals(emptyRoot())) return false;
  if (first === 0) return proof.length === 0 && firstRoot.equals(emptyRoot());
  if (first === second) return proof.length === 0 && firstRoot.equals(secondRoot);
  if (proof.length === 0) return false;
  const [start, ...rest] = isPowerOfTwo(first) ? [firstRoot, ...proof] : proof;
  let fn = first - 1;
  let sn = second - 1;
  while (odd(fn)) [fn, sn] = [half(fn), half(sn)];
  let fr = start;
  let sr = start;
  for (const c of rest) {
    if (sn === 0) return false;
    if (odd(fn) || fn === sn) {
      fr = nodeHash(c, fr);
      sr = nodeHash(c, sr);
      while (!odd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      sr = nodeHash(sr, c);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && fr.equals(firstRoot) && sr.equals(secondRoot);
}
