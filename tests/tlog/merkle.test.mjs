// merkle -- does the tree written from the text have the roots and proofs that are published
// for it, and does it take no proof that is not right?
//
// The published ones are of the eight leaves the reference implementation of RFC 6962 is
// tested with (google/certificate-transparency; transparency-dev/merkle has them, too).
//
// Tried with planted bugs: a verifier of inclusion that did not ask in the end that sn is 0,
// one of consistency that did not compare the first root, and one of each that stopped at
// sn = 0 instead of refusing what is left of the proof, all failed below.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { entriesOf, vectors } from './make_vectors.mjs';
import { leafHash, Tree, verifyConsistency, verifyInclusion } from './merkle.mjs';

const hexes = (list) => list.map((hash) => hash.toString('hex'));

const PUBLISHED = Tree.of([
  '', '00', '10', '2021', '3031', '40414243', '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => Buffer.from(hex, 'hex')));

const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

// [leaf, size, proof]
const INCLUSION = [
  [0, 1, []],
  [0, 8, [
    '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
    '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
    '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4']],
  [5, 8, [
    'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7']],
  [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
  [1, 5, [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
    'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b']],
];

// [from, size, proof]
const CONSISTENCY = [
  [1, 1, []],
  [1, 8, INCLUSION[1][2]],
  [6, 8, [
    '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
    'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7']],
  [2, 5, [
    '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
    'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b']],
  [6, 7, [
    '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
    'b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7']],
];

test('the roots of zero to eight leaves are the published ones', () => {
  assert.deepEqual(hexes(ROOTS.map((_, size) => PUBLISHED.root(size))), ROOTS);
});

test('inclusion proofs are the published ones', () => {
  for (const [leaf, size, proof] of INCLUSION) {
    assert.deepEqual(hexes(PUBLISHED.inclusion(leaf, size)), proof, `${leaf} of ${size}`);
  }
});

test('consistency proofs are the published ones', () => {
  for (const [from, size, proof] of CONSISTENCY) {
    assert.deepEqual(hexes(PUBLISHED.consistency(from, size)), proof, `${from} to ${size}`);
  }
});

const SIZE_MAX = 64;
const EVERY_BIT_MAX = 9; // up to this size every bit of a proof is turned, then one a hash
const HASH_BITS = 256;
const entries = entriesOf(SIZE_MAX);
const tree = Tree.of(entries);

function* flips(proof, every) {
  for (let i = 0; i < proof.length; i++) {
    const one = (i * 37 + proof.length * 101) % HASH_BITS;
    for (let bit = every ? 0 : one; bit < (every ? HASH_BITS : one + 1); bit++) {
      const hash = Buffer.from(proof[i]);
      hash[bit >> 3] ^= 1 << (bit & 7);
      yield proof.with(i, hash);
    }
  }
}

function* wrongs(proof, every) {
  yield* flips(proof, every);
  const extra = Buffer.alloc(32, 7);
  for (let i = 0; i <= proof.length; i++) {
    yield proof.toSpliced(i, 0, extra);
    if (i === proof.length) break;
    yield proof.toSpliced(i, 1);
    yield proof.toSpliced(i, 0, proof[i]);
    yield proof.with(i, proof[i].subarray(1));
    for (let j = i + 1; j < proof.length; j++) {
      yield proof.with(i, proof[j]).with(j, proof[i]);
    }
  }
}

test('an inclusion proof is taken, and none that is wrong in one place', () => {
  for (let n = 1; n <= SIZE_MAX; n++) {
    const root = tree.root(n);
    for (let m = 0; m < n; m++) {
      const proof = tree.inclusion(m, n);
      const leaf = leafHash(entries[m]);
      assert.ok(verifyInclusion(leaf, m, n, proof, root), `${m} of ${n}`);
      for (const wrong of wrongs(proof, n <= EVERY_BIT_MAX)) {
        assert.ok(!verifyInclusion(leaf, m, n, wrong, root), `${m} of ${n}`);
      }
      for (let other = 0; other <= n; other++) {
        if (other === m) continue;
        assert.ok(!verifyInclusion(leaf, other, n, proof, root), `${m} as ${other} of ${n}`);
      }
      assert.ok(!verifyInclusion(leaf, m, n, proof, tree.root(n - 1)), `${m} of ${n}`);
      assert.ok(!verifyInclusion(leafHash(root), m, n, proof, root), `${m} of ${n}`);
    }
  }
});

test('a consistency proof is taken, and none that is wrong in one place', () => {
  for (let n = 0; n <= SIZE_MAX; n++) {
    const root = tree.root(n);
    for (let m = 0; m <= n; m++) {
      const from = tree.root(m);
      const proof = tree.consistency(m, n);
      assert.ok(verifyConsistency(m, n, proof, from, root), `${m} to ${n}`);
      for (const wrong of wrongs(proof, n <= EVERY_BIT_MAX)) {
        assert.ok(!verifyConsistency(m, n, wrong, from, root), `${m} to ${n}`);
      }
      const other = leafHash(root);
      assert.ok(!verifyConsistency(m, n, proof, other, root), `${m} to ${n}`);
      if (m > 0 || n === 0) {
        assert.ok(!verifyConsistency(m, n, proof, from, other), `${m} to ${n}`);
      }
      if (m < n) assert.ok(!verifyConsistency(n, m, proof, root, from), `${n} to ${m}`);
    }
  }
});

test('a leaf cannot pass for a node, nor a node for a leaf', () => {
  const [left, right] = [tree.hash(0, 1), tree.hash(1, 2)];
  const forged = Tree.of([Buffer.concat([left, right])]);
  assert.notDeepEqual(forged.root(), tree.root(2));
});

test('the vectors the product is held against are those the script makes', () => {
  assert.equal(readFileSync(new URL('vectors.txt', import.meta.url), 'utf8'), vectors());
});
