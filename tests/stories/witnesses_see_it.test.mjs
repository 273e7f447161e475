// witnesses see it -- is a checkpoint published only once enough witnesses have seen that it
// continues what they saw before, and does nobody else ever have to wait for them?
//
// The witnesses are real `piot witness` processes; one that lies, and one that looks closely,
// are played here with the tree and the notes of tests/tlog.
//
// Tried with planted bugs: one witness less than needed, a line that was counted unseen, a
// round that was left before it had its answers, a proof from the wrong size, a size told
// with a 409 that was not learned, a fork that was not reported, a key that counted twice, and
// a restart that told no witness: each failed a story; so did an export of the anchor's checkpoint.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { COSIGNATURE_V1, openNote, parseCheckpoint, parseVerifier, signatureLine,
         signerOf } from '../tlog/note.mjs';
import { emptyRoot, verifyConsistency } from '../tlog/merkle.mjs';
import { run } from './piotd.mjs';
import { LIMIT_MS, until } from './wait.mjs';
import { auditorsToken, happens, isAnchored, isPublished, logKey, signersShown,
         withWitnesses } from './witness.mjs';
import { assert, story } from './world.mjs';

// piotd begins again, and asks these; it has made its own key by then.
async function asks(world, lines, needed) {
  const file = path.join(world.data, 'witnesses');
  writeFileSync(file, `# who has to see it\n\n${lines.join('\n')}\n`);
  Object.assign(world.piotd.settings, {
    witnesses: file,
    witnesses_needed: needed,
    witness_limit: '5s',
    witness_retry_max: '300ms',
  });
  if (world.piotd.child) await world.restart();
  else await world.piotd.start();
}

const says = (of, pattern) => until(`it says ${pattern}`, () => pattern.test(of()));
const reported = (world, pattern) => says(() => world.piotd.reports.join('\n'), pattern);

// `where`: the log as it is told to piot verify.
async function verified(where, witnesses, need) {
  const keys = witnesses.flatMap(({ key }) => ['--witness', key]);
  const { code, out, errors } =
    await run('piot', ['verify', ...where, '--json', ...keys, '--need', `${need}`]);
  assert.ok(out, errors);
  return { code, ...JSON.parse(out) };
}

// Two of the three have cosigned, and that is what is said of it.
async function twoHaveCosigned(where, witnesses) {
  const enough = await verified(where, witnesses, 2);
  assert.equal(enough.verdict, 'content', JSON.stringify(enough));
  assert.equal(enough.code, 0);
  const tooFew = await verified(where, witnesses, 3);
  assert.equal(tooFew.code, 1);
  assert.deepEqual(tooFew.findings.map(({ rule }) => rule), ['witness']);
  assert.match(tooFew.findings[0].text, /by 2 of these witnesses, and 3 are needed/);
}

// What happens while piotd stops is signed, but cosigned by nobody.
async function exported(world) {
  const folder = path.join(world.data, 'copy');
  const options = ['export', '--data', world.piotd.data, '--to', folder, '--published'];
  const { code, errors } = await run('piot', options);
  assert.equal(code, 0, errors);
  return folder;
}

story('two of three witnesses publish, one alone does not', async (world) => {
  const witnesses = await withWitnesses(world, 3);
  const [first, second, third] = witnesses;
  await asks(world, witnesses.map(({ line }) => line), 2);
  await isPublished(world, await happens(world));
  const [logs, ...others] = await signersShown(world, witnesses);
  assert.equal(logs, parseVerifier(logKey(world)).name);
  assert.ok(others.length >= 2, `${others} cosigned what is shown`);
  await third.stop();
  const seen = await happens(world);
  await isPublished(world, seen);

  await second.kill();
  const unseen = await happens(world);
  await isAnchored(world, unseen);
  await says(() => first.reports, new RegExp(` at ${unseen}\n`));
  await reported(world, /w2\.example has not cosigned/);
  for (let i = 0; i < 20; i++) await happens(world); // nobody waits for witnesses
  const published = await world.metric('checkpoint_published');
  assert.equal(published, seen, 'with one left nothing newer is published');
  (await world.nobody.get('/readyz')).is(200);

  await second.start();
  const token = path.join(world.data, 'auditor.token');
  writeFileSync(token, `${await auditorsToken(world)}\n`, { mode: 0o600 });
  await isPublished(world, await happens(world));
  assert.equal(await world.metric('checkpoint_wait_seconds'), 0);
  const key = ['--key', logKey(world)];
  await twoHaveCosigned(['--url', world.url, '--token', token, ...key], witnesses);
  await world.piotd.stop();
  await twoHaveCosigned(['--data', world.piotd.data], witnesses);
  await twoHaveCosigned(['--export', await exported(world), ...key], witnesses);
  await world.piotd.start();
  for (const witness of [first, second]) await witness.stop();
});

story('a start has published what the anchor has', async (world) => {
  const [witness] = await withWitnesses(world, 1);
  await asks(world, [witness.line], 1);
  await isPublished(world, await happens(world));
  await witness.stop();
  const size = await happens(world);
  await isAnchored(world, size);
  await world.kill();
  await world.piotd.start();
  await reported(world, /w1\.example has not cosigned/);
  assert.ok((await world.metric('checkpoint_published')) < size);
  await witness.start();
  await isPublished(world, size); // nothing has to happen for that
  await witness.stop();
});

story('an older log that was restored is cosigned by nobody who knows better', async (world) => {
  const kept = path.join(world.data, 'kept');
  const [witness] = await withWitnesses(world, 1);
  await asks(world, [witness.line], 1);
  const older = await happens(world);
  await isPublished(world, older);
  await world.piotd.stop();
  cpSync(world.piotd.data, kept, { recursive: true }); // with its anchor: the log is content
  await world.piotd.start();
  for (let i = 0; i < 5; i++) await happens(world);
  const newer = await happens(world);
  await isPublished(world, newer);
  await world.piotd.stop();

  rmSync(world.piotd.data, { recursive: true });
  cpSync(kept, world.piotd.data, { recursive: true });
  await world.piotd.start();
  const size = await happens(world); // otherwise than it had been
  await reported(world, new RegExp(`w1\\.example knows another log .* cosigned one of ${newer}`));
  const ready = (await world.nobody.get('/readyz')).is(200);
  assert.match(ready.reasons.join(), /knows another log/);
  assert.equal(await world.metric('witnesses_refusing'), 1);
  for (let at = size; at <= newer; at = await happens(world)); // beyond what it has seen
  await reported(world, /w1\.example knows another log .* no way there/);
  assert.match(witness.reports, /does not continue/);
  assert.equal(await world.metric('checkpoint_published'), older);
  await witness.stop();
});

// A witness written from the texts: it looks at every request, and answers as it is told.
class Played {
  size = 0;
  root = emptyRoot();
  asked = 0;
  wrong = false;

  // Until it is honest it answers with one of the lies after the other.
  constructor(key, { name = 'played.example', lies = [], honest = false, delayMs = 0 } = {}) {
    this.signer = signerOf(name, COSIGNATURE_V1, Buffer.alloc(32, name));
    Object.assign(this, { log: parseVerifier(key), lies, honest, delayMs });
  }

  async open() {
    this.server = http.createServer(async (request, response) => {
      const parts = [];
      for await (const part of request) parts.push(part);
      assert.equal(`${request.method} ${request.url}`, 'POST /w/add-checkpoint');
      const [status, body, type = 'text/plain'] = this.#answer(Buffer.concat(parts).toString());
      await new Promise((resolve) => setTimeout(resolve, this.delayMs));
      response.writeHead(status, { 'content-type': type }).end(body);
    }).listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.line = `${this.signer.verifier} http://127.0.0.1:${this.server.address().port}/w/`;
  }

  close() {
    this.server.close();
    this.server.closeAllConnections();
  }

  #answer(body) {
    const [, old, hashes, note] = /^old (0|[1-9]\d*)\n((?:\S+\n)*)\n([^]*)$/.exec(body);
    const { text } = openNote(Buffer.from(note), [this.log]);
    const { size, root } = parseCheckpoint(text);
    const now = BigInt(Math.floor(Date.now() / 1000));
    this.asked += 1;
    if (!this.honest) return this.lies[this.asked % this.lies.length](text, now, this.signer);
    if (Number(old) !== this.size) return [409, `${this.size}\n`, 'text/x.tlog.size'];
    const proof = hashes.split('\n').slice(0, -1).map((hash) => Buffer.from(hash, 'base64'));
    this.wrong ||= !verifyConsistency(this.size, size, proof, this.root, root);
    if (this.wrong) return [422, ''];
    Object.assign(this, { size, root });
    return [200, signatureLine(text, this.signer, now)];
  }
}

const another = signerOf('played.example', COSIGNATURE_V1, Buffer.alloc(32, 8));
const lies = [
  (text, now) => [200, signatureLine(text, another, now)],
  (text, now, signer) => [200, signatureLine(Buffer.from(`${text}more\n`), signer, now)],
  (text, now, signer) => [200, String(signatureLine(text, signer, now)).slice(0, -1)],
  () => [200, 'yes\n'],
  () => [200, ''],
  () => [409, 'many\n'],
  () => [500, 'x'.repeat(100_000)],
  () => [403, ''],
];

story("a witness's word counts if it verifies, and what it is shown leads there", async (world) => {
  const played = new Played(logKey(world), { lies });
  await played.open();
  try {
    await asks(world, [played.line], 1);
    const size = await happens(world);
    await until('it has lied in each way', () => played.asked > 2 * lies.length);
    await isAnchored(world, size);
    // What was published before anybody was asked stays; nothing newer is.
    assert.ok((await world.metric('checkpoint_published')) < size);
    played.honest = true;
    await isPublished(world, size);
    for (let i = 0; i < 3; i++) await isPublished(world, await happens(world));
    await world.restart(); // it forgets what the witness knows, and learns it
    await isPublished(world, await happens(world));
    assert.ok(!played.wrong, 'every proof led from what it had seen');
    assert.doesNotMatch(world.piotd.reports.join('\n'), /another log/);
  } finally {
    played.close();
  }
});

// Each takes longer than a busy log takes from one checkpoint to the next.
story('slow witnesses agree on one checkpoint all the same', async (world) => {
  const names = ['slow.example', 'slower.example'];
  const slow = names.map((name, i) =>
    new Played(logKey(world), { name, honest: true, delayMs: 1500 + 700 * i }));
  for (const played of slow) await played.open();
  try {
    await asks(world, slow.map(({ line }) => line), 2);
    const size = await happens(world);
    await until('a checkpoint is published while more and more happens', async () => {
      await happens(world);
      return (await world.metric('checkpoint_published')) >= size;
    });
  } finally {
    for (const played of slow) played.close();
  }
});

// Nobody is counted twice, and nobody is missing.
const w1 = signerOf('w1.example', COSIGNATURE_V1, Buffer.alloc(32, 1)).verifier;
const w2 = signerOf('w2.example', COSIGNATURE_V1, Buffer.alloc(32, 2)).verifier;
const same = signerOf('other.example', COSIGNATURE_V1, Buffer.alloc(32, 1)).verifier;
const log = signerOf('w3.example', 1, Buffer.alloc(32, 3)).verifier;
const mistakes = [
  ['more are needed than there are', [`${w1} https://w1.example`], 2, /needed is 2, .* names 1/],
  ['one is there twice', [`${w1} https://a.example`, `${w1} https://b.example`], 1, /:4: w1/],
  ['a key is there twice', [`${w1} https://a.example`, `${same} https://b.example`], 1, /:4: /],
  ['a key is a log\'s', [`${log} https://w.example`], 1, /:3: .*not one to cosign/],
  ['a key is none', ['w1.example https://w.example'], 1, /:3: not a verifier key/],
  ['a URL is missing', [w2], 1, /:3: a verifier key and a URL/],
  ['a URL is open to all', [`${w2} http://w2.example`], 1, /:3: .*https/],
  ['a URL is more than one', [`${w2} https://w2.example?x`], 1, /:3: .*query/],
];

test('a file of witnesses is refused with its line if', async (t) => {
  for (const [what, lines, needed, sentence] of mistakes)
    await t.test(what, { timeout: LIMIT_MS }, async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'piot-witnesses-'));
      try {
        writeFileSync(path.join(folder, 'w'), `# these\n\n${lines.join('\n')}\n`);
        const { code, errors } = await run('piotd', ['--data', path.join(folder, 'data'),
          '--listen', '127.0.0.1:0', '--set', 'metrics_listen=', '--set',
          `witnesses=${path.join(folder, 'w')}`, '--set', `witnesses_needed=${needed}`]);
        assert.equal(code, 2, errors);
        assert.match(errors, sentence);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
});
