// note.mjs -- signed notes, checkpoints and cosignatures, written from the texts alone and
// from none of the product's sources:
//
//     c2sp.org/signed-note         Format, Signatures, Ed25519 signatures (type 0x01)
//     c2sp.org/tlog-checkpoint     Note text
//     c2sp.org/tlog-cosignature    Format, Ed25519 signed message (type 0x04)
//
// The text of a signer's key, PRIVATE+KEY+…, is that of golang.org/x/mod/sumdb/note.
// A note is a Buffer, for a signature is over bytes; whatever is not exactly as the texts
// have it throws.
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';

export const ED25519 = 0x01;
export const COSIGNATURE_V1 = 0x04;

const KEY_BYTES = 32;
const ROOT_BYTES = 32;
const ID_BYTES = 4;
const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;
const SIGNATURES_MAX = 100; // signed-note: at least 16
const DASH = '— ';

// RFC 8410: what DER has before the 32 bytes of an Ed25519 key.
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

function need(condition, what) {
  if (!condition) throw new Error(what);
}

function fromBase64(text) {
  const bytes = Buffer.from(text, 'base64');
  need(text !== '' && bytes.toString('base64') === text, `not base64: ${text}`);
  return bytes;
}

const isName = (name) => name !== '' && !/[\s\u0085+]/u.test(name);

function idOf(name, type, key) {
  return createHash('sha256').update(`${name}\n`).update(Buffer.from([type])).update(key)
    .digest().subarray(0, ID_BYTES).toString('hex');
}

// The type and the 32 bytes in the base64 of either key's text.
function typed(base64) {
  const bytes = fromBase64(base64);
  const [type, key] = [bytes[0], bytes.subarray(1)];
  need(type === ED25519 || type === COSIGNATURE_V1, `unknown type of signature ${type}`);
  need(key.length === KEY_BYTES, `a key of ${key.length} bytes`);
  return { type, key };
}

// name+id+base64(type || public key), which has a '+' of its own in the base64, maybe.
export function parseVerifier(text) {
  const [, name, id, base64] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/u.exec(text) ?? [];
  need(name !== undefined && isName(name), `not a verifier's key: ${text}`);
  const { type, key } = typed(base64);
  need(idOf(name, type, key) === id, `the id is not that of the key: ${text}`);
  const publicKey = createPublicKey({
    key: Buffer.concat([SPKI, key]), format: 'der', type: 'spki',
  });
  return { name, id, type, key, publicKey };
}

export const verifierText = (name, type, key) =>
  `${name}+${idOf(name, type, key)}+${Buffer.from([type, ...key]).toString('base64')}`;

// PRIVATE+KEY+name+id+base64(type || seed); verifier is the text of the other half.
export function parseSigner(text) {
  const [, name, id, base64] =
    /^PRIVATE\+KEY\+([^+]*)\+([0-9a-f]{8})\+(.*)$/u.exec(text) ?? [];
  need(name !== undefined && isName(name), "not a signer's key");
  const { type, key: seed } = typed(base64);
  const signer = signerOf(name, type, seed);
  need(signer.id === id, "the id is not that of the signer's key");
  return signer;
}

export function signerOf(name, type, seed) {
  need(isName(name), `not a name: ${name}`);
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8',
  });
  const key = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
    .subarray(SPKI.length);
  const id = idOf(name, type, key);
  return { name, id, type, privateKey, verifier: verifierText(name, type, key) };
}

// What a cosignature signs: the text with two lines before it.
function cosigned(text, time) {
  return Buffer.concat([Buffer.from(`cosignature/v1\ntime ${time}\n`), text]);
}

// The line of a signer over a text; `time` in seconds (a BigInt) for a cosignature.
export function signatureLine(text, signer, time) {
  const id = Buffer.from(signer.id, 'hex');
  const parts = [id];
  if (signer.type === COSIGNATURE_V1) {
    const stamp = Buffer.alloc(TIME_BYTES);
    stamp.writeBigUInt64BE(time);
    parts.push(stamp, sign(null, cosigned(text, time), signer.privateKey));
  } else {
    parts.push(sign(null, text, signer.privateKey));
  }
  return Buffer.from(`${DASH}${signer.name} ${Buffer.concat(parts).toString('base64')}\n`);
}

export function signNote(text, signer) {
  const bytes = Buffer.from(text);
  need(bytes.at(-1) === 0x0a, 'a text ends with a newline');
  return Buffer.concat([bytes, Buffer.from('\n'), signatureLine(bytes, signer)]);
}

function checkCharacters(note) {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(note);
  need(!/[\u0000-\u0009\u000b-\u001f]/u.test(text), 'a note has no control characters');
}

function parseLine(line) {
  need(line.startsWith(DASH), `not a signature: ${line}`);
  const [name, base64, ...more] = line.slice(DASH.length).split(' ');
  need(isName(name) && base64 !== undefined && more.length === 0, `not a signature: ${line}`);
  const bytes = fromBase64(base64);
  need(bytes.length > ID_BYTES, `a signature of ${bytes.length} bytes`);
  const id = bytes.subarray(0, ID_BYTES).toString('hex');
  return { name, id, signature: bytes.subarray(ID_BYTES) };
}

// The text (a Buffer) and the signature lines, none of them verified.
export function splitNote(note) {
  checkCharacters(note);
  const at = note.lastIndexOf('\n\n');
  need(at >= 0, 'no empty line before the signatures');
  const signatures = note.subarray(at + 2).toString();
  need(signatures.endsWith('\n'), 'a note ends with a newline');
  const lines = signatures.slice(0, -1).split('\n');
  need(lines.length <= SIGNATURES_MAX, `${lines.length} signatures`);
  return { text: note.subarray(0, at + 1), lines: lines.map(parseLine) };
}

// Verifies what one key has signed: nothing for a signature of type 0x01, the time in
// seconds for a cosignature.
function verifySignature(text, verifier, signature) {
  const bad = `the signature of ${verifier.name} is wrong`;
  if (verifier.type === ED25519) {
    need(signature.length === SIGNATURE_BYTES, bad);
    need(verify(null, text, verifier.publicKey, signature), bad);
    return undefined;
  }
  need(signature.length === TIME_BYTES + SIGNATURE_BYTES, bad);
  const time = signature.readBigUInt64BE();
  need(time < 1n << 63n, bad);
  const message = cosigned(text, time);
  need(verify(null, message, verifier.publicKey, signature.subarray(TIME_BYTES)), bad);
  return time;
}

// The text of a note and who of the verifiers signed it: at least one did, and none of them
// wrongly. Lines of keys that are not known are passed over.
export function openNote(note, verifiers) {
  const { text, lines } = splitNote(note);
  const signed = [];
  for (const { name, id, signature } of lines) {
    const verifier = verifiers.find((known) => known.name === name && known.id === id);
    if (!verifier) continue;
    signed.push({ verifier, time: verifySignature(text, verifier, signature) });
  }
  need(signed.length > 0, 'no key that is known has signed');
  return { text, signed };
}

export const checkpointText = (origin, size, root, extensions = []) =>
  [origin, size, root.toString('base64'), ...extensions, ''].join('\n');

export function parseCheckpoint(text) {
  const lines = text.toString().split('\n');
  need(lines.pop() === '', 'a checkpoint ends with a newline');
  need(lines.length >= 3 && lines.every((line) => line !== ''), 'three lines, none empty');
  const [origin, number, hash, ...extensions] = lines;
  need(/^(0|[1-9][0-9]*)$/u.test(number), `not a size: ${number}`);
  const size = Number(number);
  need(Number.isSafeInteger(size), `too large a size: ${number}`);
  const root = fromBase64(hash);
  need(root.length === ROOT_BYTES, `a root of ${root.length} bytes`);
  return { origin, size, root, extensions };
}
