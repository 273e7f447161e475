// note -- do the notes that others published verify, and does none with a bit turned?
//
// The published ones: the examples of c2sp.org/signed-note and golang.org/x/mod/sumdb/note,
// and a checkpoint of a log that its witnesses have cosigned.
//
// Tried with planted bugs: an id that left out the newline after the name, a cosignature
// whose text left out the time, and a reader that passed over a known key's wrong signature
// failed below.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  COSIGNATURE_V1, ED25519, checkpointText, openNote, parseCheckpoint, parseSigner,
  parseVerifier, signNote, signatureLine, signerOf, verifierText,
} from './note.mjs';

const EXAMPLE = {
  key: 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
  note: `This is an example message.

— example.com/foo ${
  'Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM='}
`,
};

const PETER = {
  secret: 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz',
  key: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  text: `If you think cryptography is the answer to your problem,
then you don't know what your problem is.
`,
  line: `— PeterNeumann ${
    'x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM='}
`,
};

const ENOCH = {
  key: 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop',
  line: `— EnochRoot ${
    'rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ='}
`,
};

const COSIGNED = {
  log: 'arche2025h1.staging.ct.transparency.dev+ba2f06c0+'
    + 'AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f',
  witness: 'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2',
  note: `arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev ${
  'zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIg'}${
  'IpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0='}
— arche2025h1.staging.ct.transparency.dev ${
  'ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ='}
— remora.n621.de ${
  '2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0'}${
  'WBxtqB0DrAWfBw=='}
`,
};

const open = (note, ...keys) => openNote(Buffer.from(note), keys.map(parseVerifier));

function flipped(bytes, bit) {
  const wrong = Buffer.from(bytes);
  wrong[bit >> 3] ^= 1 << (bit & 7);
  return wrong;
}

test("signed-note's own example verifies", () => {
  assert.equal(open(EXAMPLE.note, EXAMPLE.key).text.toString(), 'This is an example message.\n');
});

test("the Go library's example is signed byte for byte as it is", () => {
  const signer = parseSigner(PETER.secret);
  assert.equal(signer.verifier, PETER.key);
  assert.equal(signNote(PETER.text, signer).toString(), `${PETER.text}\n${PETER.line}`);
});

test('a note signed by two verifies with either key and with both', () => {
  const note = `${PETER.text}\n${PETER.line}${ENOCH.line}`;
  for (const keys of [[PETER.key], [ENOCH.key], [PETER.key, ENOCH.key]]) {
    const { signed } = open(note, ...keys);
    assert.deepEqual(signed.map(({ verifier }) => verifier.name), keys.map((k) => k.split('+')[0]));
  }
});

test("a log's checkpoint and its witness's cosignature verify", () => {
  const { text, signed } = open(COSIGNED.note, COSIGNED.log, COSIGNED.witness);
  assert.deepEqual(signed.map(({ time }) => time), [undefined, 0x6a122120n]);
  const checkpoint = parseCheckpoint(text);
  assert.equal(checkpoint.size, 1432088532);
  assert.equal(checkpointText(checkpoint.origin, checkpoint.size, checkpoint.root),
    text.toString());
});

test('a note with any one bit turned is refused', () => {
  for (const [note, key] of [
    [EXAMPLE.note, EXAMPLE.key], [`${PETER.text}\n${PETER.line}`, PETER.key],
    [COSIGNED.note, COSIGNED.witness],
  ]) {
    const bytes = Buffer.from(note);
    const text = bytes.lastIndexOf('\n\n') + 2;
    const start = bytes.indexOf(`— ${key.split('+')[0]}`);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      if (bit >> 3 >= text && bit >> 3 < start) continue; // another's line
      assert.throws(() => open(flipped(bytes, bit), key), `bit ${bit}`);
    }
  }
});

test('a line of a key that is not known is passed over, a wrong one of a known key is not', () => {
  const note = `${PETER.text}\n${PETER.line}`;
  const wrong = ENOCH.line.replace('AF1aGr', 'AF1aGs');
  assert.equal(open(`${note}${wrong}`, PETER.key).signed.length, 1);
  assert.throws(() => open(`${note}${wrong}`, PETER.key, ENOCH.key), /EnochRoot is wrong/);
  assert.throws(() => open(note, ENOCH.key), /no key that is known/);
});

test("a key's text is taken whole and unchanged only", () => {
  for (const [key, parse] of [[PETER.key, parseVerifier], [PETER.secret, parseSigner]]) {
    parse(key);
    for (let i = 0; i <= key.length; i++) {
      for (let j = i; j <= key.length; j++) {
        if (j - i < key.length) assert.throws(() => parse(key.slice(i, j)), key.slice(i, j));
      }
    }
    for (let bit = 0; bit < key.length * 8; bit++) {
      const wrong = flipped(Buffer.from(key), bit).toString('latin1');
      assert.throws(() => parse(wrong), wrong);
    }
  }
  for (const key of [
    'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==',
    'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  ]) assert.throws(() => parseVerifier(key), key);
});

test('a key whose base64 has a plus is taken', () => {
  for (const key of [
    'TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6',
    'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8',
  ]) {
    const { name, type, key: bytes } = parseVerifier(key);
    assert.equal(verifierText(name, type, bytes), key);
  }
});

test('what we cosign verifies at the time it says, and a cosigner is not a signer', () => {
  const text = Buffer.from(checkpointText('log.example', 3, Buffer.alloc(32, 5), ['more']));
  const seed = Buffer.alloc(32, 9);
  const log = signerOf('log.example', ED25519, seed);
  const witness = signerOf('w.example', COSIGNATURE_V1, seed);
  const note = Buffer.concat([
    signNote(text, log), signatureLine(text, witness, 1679315147n),
  ]);
  assert.equal(open(note, witness.verifier).signed[0].time, 1679315147n);
  assert.equal(open(note, log.verifier).signed.length, 1);
  const key = parseVerifier(witness.verifier).key;
  assert.throws(() => open(note, verifierText('w.example', ED25519, key)), /no key that is/);
});

test('a checkpoint that is not written as it has to be is refused', () => {
  const root = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=';
  parseCheckpoint(`o\n0\n${root}\n`);
  for (const wrong of [
    `o\n0\n${root}`, `o\n0\n`, `\n0\n${root}\n`, `o\n01\n${root}\n`, `o\n-1\n${root}\n`,
    `o\n1 \n${root}\n`, `o\n0\n${root.slice(4)}\n`, `o\n0\n${root}\n\n`, `o\n0\n\n${root}\n`,
    `o\n0\n${root.slice(0, -1)}\n`, `o\n0\n${root.replace('2I=', '2J=')}\n`,
  ]) assert.throws(() => parseCheckpoint(wrong), JSON.stringify(wrong));
});
