// a_receipt_is_checked -- does a receipt prove a grant to somebody who has nothing but the
// receipt and the log's key, when the service is gone?
//
// It is checked by `piot verify --receipt` and, independently, by what stands here: written
// from RFC 8785, RFC 9162 and the description of the format alone, with node's crypto.
//
// Planted bugs that it caught: a receipt signed with a signature member in it; a withdrawal
// left out.
import { createHash, createPublicKey, verify as signedBy } from 'node:crypto';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from './piotd.mjs';
import { assert, story } from './world.mjs';

// -- an independent reader ---------------------------------------------------------------

function sha256(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
const bytes = (base64) => Buffer.from(base64, 'base64');

// RFC 8785, for objects, arrays, strings and whole numbers.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const member = (name) => `${JSON.stringify(name)}:${canonical(value[name])}`;
  return `{${Object.keys(value).sort().map(member).join(',')}}`;
}

// "name+id+base64(algorithm, key)" of C2SP signed-note: an Ed25519 key.
function readKey(text) {
  const [, name, , coded] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text.trim());
  const raw = bytes(coded);
  assert.equal(raw[0], 1, 'Ed25519');
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw.subarray(1)]);
  return { name, key: createPublicKey({ key: der, format: 'der', type: 'spki' }) };
}

// The text of a signed note, whose one signature has to be by the key.
function openNote(note, { name, key }) {
  const at = note.lastIndexOf('\n\n');
  const text = note.slice(0, at + 1);
  const [, signer, coded] = /^— (\S+) (\S+)\n$/.exec(note.slice(at + 2));
  assert.equal(signer, name);
  assert.ok(signedBy(null, Buffer.from(text), key, bytes(coded).subarray(4)), 'signature');
  return text;
}

// RFC 9162, 2.1.3.2.
function rootOf(leaf, index, size, proof) {
  let fn = BigInt(index);
  let sn = BigInt(size) - 1n;
  let r = leaf;
  for (const p of proof) {
    assert.ok(sn > 0n, 'the proof is too long');
    if (fn & 1n || fn === sn) {
      r = sha256(Buffer.of(1), p, r);
      while (!(fn & 1n) && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else r = sha256(Buffer.of(1), r, p);
    fn >>= 1n;
    sn >>= 1n;
  }
  assert.equal(sn, 0n, 'the proof is too short');
  return r;
}

// Checks all that can be checked without knowing envelopes.
function check(receipt, keyText) {
  const key = readKey(keyText);
  const { 'piot:signature': signature, ...rest } = receipt;
  const signed = openNote(signature, key);
  const hash = sha256(canonical(rest)).toString('base64');
  assert.equal(signed, `${key.name}/receipt\n${hash}\n`);
  const [origin, size, root] = openNote(receipt['piot:checkpoint'], key).split('\n');
  assert.equal(origin, key.name);
  for (const part of receipt['dpv:hasRecordOfActivity']['dct:hasPart']) {
    const evidence = part['piot:evidence'];
    const leaf = sha256(Buffer.of(0), bytes(evidence['piot:envelope']));
    const proof = evidence['piot:inclusionProof'].map(bytes);
    const found = rootOf(leaf, evidence['piot:leafIndex'], Number(size), proof);
    assert.equal(found.toString('base64'), root);
  }
}

// -- the stories ---------------------------------------------------------------------------

async function lampAtHome(world) {
  const acme = await world.vendor('Acme');
  const named = { name: 'Acme & <Sons>' };
  (await world.operator.patch(`/operator/v1/vendors/${acme.id}`, named)).is(200);
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  const device = await kim.app.grants('lamp-1');
  return { acme, kim, device };
}

const receiptOf = (app, consentId, accept) =>
  app.get(`/app/v1/consents/${consentId}/receipt`, accept && { accept });
const titles = (receipt) =>
  receipt['dpv:hasRecordOfActivity']['dct:hasPart'].map((part) => part['dct:title']);

// A folder of one's own: receipts, a key, and nothing of the service.
async function inFolder(tell) {
  const folder = mkdtempSync(path.join(tmpdir(), 'piot-receipt-'));
  try {
    await tell((name, text) => {
      const file = path.join(folder, name);
      writeFileSync(file, text);
      return file;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function checked(file, key) {
  const { code, out, errors } = await run('piot', [
    'verify', '--receipt', file, '--key', key, '--json']);
  return { code, errors, ...(out && JSON.parse(out)) };
}

const keyOf = (world) => readFileSync(path.join(world.piotd.data, 'log.key.pub'), 'utf8');

story('a receipt proves the grant when the service is gone', async (world) => {
  const { acme, kim, device } = await lampAtHome(world);
  const answer = await receiptOf(kim.app, device.consentId);
  const receipt = answer.is(200);
  const page = await receiptOf(kim.app, device.consentId, 'text/html,*/*;q=0.8');
  page.is(200);
  const key = keyOf(world);
  await world.piotd.stop();
  renameSync(world.piotd.data, `${world.piotd.data}.gone`);
  await inFolder(async (file) => {
    assert.equal(answer.text, canonical(receipt), 'it is written canonically');
    check(receipt, key);
    const record = receipt['dpv:hasRecordOfActivity'];
    assert.equal(record['dpv:hasConsentStatus'], 'dpv:ConsentGiven');
    assert.equal(record['dpv:hasDataController']['dpv:hasName'], 'Acme & <Sons>');
    assert.equal(record['dpv:hasDataController']['dct:identifier'], acme.id);
    assert.equal(record['dpv:hasDataSubject']['dct:identifier'], kim.accountId);
    assert.equal(record['piot:device'], device.deviceId);
    const [notice] = record['dpv:hasNotice'];
    const salted = sha256(bytes(notice['piot:salt']), notice['dct:description']);
    assert.equal(salted.toString('base64'), notice['piot:hash']);
    assert.deepEqual(titles(receipt), ['consent-requested', 'consent-granted']);

    const asJson = await checked(file('receipt.json', answer.text), key.trim());
    assert.deepEqual([asJson.code, asJson.verdict], [0, 'content'], JSON.stringify(asJson));
    assert.equal(asJson.consentId, device.consentId);
    const pretty = file('pretty.json', JSON.stringify(receipt, null, 2));
    assert.equal((await checked(pretty, key.trim())).code, 0, 'spaces claim nothing');
    const keyFile = file('key', key);
    const asPage = await checked(file('receipt.html', page.text), keyFile);
    assert.deepEqual([asPage.code, asPage.findings], [0, []]);
    assert.ok(asPage.checked.includes('page'));
    const forged = page.text.replace('is in force', 'has ended');
    const found = await checked(file('forged.html', forged), keyFile);
    assert.deepEqual([found.code, found.findings[0].rule], [1, 'page']);
  });
  renameSync(`${world.piotd.data}.gone`, world.piotd.data); // every story's end verifies it
  await world.piotd.start();
});

story('a receipt fetched after the withdrawal shows it, and the older one still holds',
  async (world) => {
    const { acme, kim, device } = await lampAtHome(world);
    const before = (await receiptOf(kim.app, device.consentId)).is(200);
    (await kim.app.withdraws(device.consentId)).is(200);
    assert.equal((await acme.acknowledges(device.consentId)).status, 'accepted');
    const after = (await receiptOf(kim.app, device.consentId)).is(200);
    const key = keyOf(world);
    check(before, key);
    check(after, key);
    const status = (receipt) => receipt['dpv:hasRecordOfActivity']['dpv:hasConsentStatus'];
    assert.equal(status(before), 'dpv:ConsentGiven');
    assert.equal(status(after), 'dpv:ConsentWithdrawn');
    assert.deepEqual(titles(after), ['consent-requested', 'consent-granted', 'consent-withdrawn',
      'withdrawal-acknowledged']);
    await inFolder(async (file) => {
      for (const receipt of [before, after]) {
        const found = await checked(file('receipt.json', JSON.stringify(receipt)), key.trim());
        assert.equal(found.code, 0, JSON.stringify(found));
      }
    });
  });

story('a receipt is for the giver of a grant alone', async (world) => {
  const { acme, kim, device } = await lampAtHome(world);
  const lee = await world.household('lee');
  (await receiptOf(lee.app, device.consentId)).is(404, 'CONSENT_UNKNOWN');
  await acme.detects(kim, 'lamp-2');
  const { consentId } = await kim.app.isAsked('lamp-2');
  (await receiptOf(kim.app, consentId)).is(409, 'CONSENT_NEVER_GRANTED');
  (await kim.app.decides(consentId, 'deny')).is(200);
  (await receiptOf(kim.app, consentId)).is(409, 'CONSENT_NEVER_GRANTED');
});

story('a page runs nothing and says what the operator wants said', async (world) => {
  const { kim, device } = await lampAtHome(world);
  const page = await receiptOf(kim.app, device.consentId, 'text/html');
  page.is(200);
  assert.match(page.headers['content-type'], /^text\/html/);
  assert.match(page.text, /Acme &amp; &lt;Sons&gt;/);
  assert.doesNotMatch(page.text, /<Sons>/);
  assert.match(page.text, /offered by Nordnet &quot;Home&quot;, help@nordnet\.example/);
  assert.equal(page.text.match(/<script/g).length, 1, 'the data and no program');
  const answer = await receiptOf(kim.app, device.consentId);
  const receipt = answer.is(200);
  const name = `receipt-${device.consentId}.json`;
  assert.equal(answer.headers['content-disposition'], `attachment; filename="${name}"`);
  assert.equal(receipt['dct:publisher']['dpv:hasName'], 'Nordnet "Home"');
  assert.equal(receipt['dpv:hasRecordOfActivity']['dpv:hasJurisdiction'], 'NO');
  assert.deepEqual(receipt['dpv:hasRecordOfActivity']['dpv:hasNotice'][1],
    { '@id': 'https://nordnet.example/privacy', '@type': 'dpv:PrivacyNotice' });
  await inFolder(async (file) => {
    const found = await checked(file('receipt.json', answer.text), keyOf(world).trim());
    assert.equal(found.code, 0, JSON.stringify(found));
  });
}, {
  operator_name: 'Nordnet "Home"', operator_contact: 'help@nordnet.example', jurisdiction: 'NO',
  privacy_notice: 'https://nordnet.example/privacy',
});
