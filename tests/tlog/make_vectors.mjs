// make_vectors.mjs -- writes what merkle.mjs has for the trees of 0 to 600 leaves, for the
// product's own tree to be held against:
//
//     node tests/tlog/make_vectors.mjs > tests/tlog/vectors.txt
//
// Leaf i is the entry that is i as 8 bytes, big-endian, (i % 5) + 1 times over. 600 leaves
// are two whole tiles of 256 and a part of a third. A line a size n:
//
//     n root inclusion consistency
//
// root is the tree's; inclusion is SHA-256 over, for m = 0 … n-1, the number of hashes
// (32 bits, big-endian) and the hashes of the inclusion proof of leaf m in size n;
// consistency the same over m = 0 … n of the proof from m to n, empty from 0 and from n.
import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { Tree } from './merkle.mjs';

export const SIZE_MAX = 600;
const REPEATS = 5; // entries of more than one length

export function entryOf(i) {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(i));
  return Buffer.concat(Array(i % REPEATS + 1).fill(number));
}

export const entriesOf = (size) => Array.from({ length: size }, (_, i) => entryOf(i));

function digestOf(count, proofOf) {
  const digest = createHash('sha256');
  for (let m = 0; m < count; m++) {
    const proof = proofOf(m);
    const number = Buffer.alloc(4);
    number.writeUInt32BE(proof.length);
    digest.update(number);
    for (const hash of proof) digest.update(hash);
  }
  return digest.digest('hex');
}

export function vectors() {
  const tree = Tree.of(entriesOf(SIZE_MAX));
  let text = '';
  for (let n = 0; n <= SIZE_MAX; n++) {
    const inclusion = digestOf(n, (m) => tree.inclusion(m, n));
    const consistency = digestOf(n + 1, (m) => tree.consistency(m, n));
    text += `${n} ${tree.root(n).toString('hex')} ${inclusion} ${consistency}\n`;
  }
  return text;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.stdout.write(vectors());
}
