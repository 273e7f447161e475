// Does `piot witness` cosign what continues the last checkpoint it cosigned, and nothing
// else, whatever happens to it? Each status of C2SP's tlog-witness is asked for.
//
// The log is played with the tree and the notes of tests/tlog, which know nothing of the
// product's sources. Planted bugs that failed a test here: a proof that was not looked at,
// a root of the same size that was not, nothing written down, and a write behind the
// cosignature's answer.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync,
         writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { run } from '../stories/piotd.mjs';
import { Witness } from '../stories/witness.mjs';
import { leafHash, Tree } from '../tlog/merkle.mjs';
import { checkpointText, COSIGNATURE_V1, ED25519, openNote, parseVerifier, signerOf,
         signNote } from '../tlog/note.mjs';

const ORIGIN = 'example.net/log';
const KILLS = 40;
const KILL_STEP_MS = 0.7; // a round trip with a sync takes a few of these

const signer = (name, byte) => signerOf(name, ED25519, Buffer.alloc(32, byte));

const leaf = (text) => leafHash(Buffer.from(text));
const leaves = (count, kind) => Array.from({ length: count }, (_, i) => leaf(`${kind}${i}`));

class Log {
  constructor(leafHashes, by = signer(ORIGIN, 1)) {
    this.by = by;
    this.tree = new Tree(leafHashes);
  }

  note(size, by = this.by) {
    return signNote(checkpointText(ORIGIN, size, this.tree.root(size)), by);
  }

  // Shows a witness that had come to `old` the tree of `size`.
  shows(witness, old, size) {
    return witness.add(old, this.tree.consistency(old, size), this.note(size));
  }
}

const log = new Log(leaves(64, 'a'));
const fork = new Log(leaves(64, 'b'));

function withWitness(name, tell, logs = [log.by.verifier]) {
  test(name, async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'piot-witness-'));
    const witness = new Witness(path.join(folder, 'w1.example'), logs);
    try {
      await witness.start();
      await tell(witness);
      if (witness.child) await witness.stop();
    } finally {
      await witness.kill();
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

const cosigned = (answer, witness, note) => {
  assert.equal(answer.status, 200, answer.text);
  const whole = Buffer.concat([note, Buffer.from(answer.text)]);
  const { signed } = openNote(whole, [parseVerifier(witness.key)]);
  assert.equal(answer.text.split('\n').length, 2, 'one line');
  assert.ok(Math.abs(Number(signed[0].time) - Date.now() / 1000) < 60, 'its time is now');
};
const isConflict = (answer, size) => {
  assert.equal(answer.status, 409, answer.text);
  assert.equal(answer.type, 'text/x.tlog.size');
  assert.equal(answer.text, `${size}\n`);
};
const is = (answer, status) => assert.equal(answer.status, status, answer.text);

withWitness('a log that grows is cosigned from size to size', async (witness) => {
  assert.equal(parseVerifier(witness.key).type, COSIGNATURE_V1);
  for (const [old, size] of [[0, 0], [0, 1], [1, 1], [1, 2], [2, 7], [7, 8], [8, 64], [64, 64]])
    cosigned(await log.shows(witness, old, size), witness, log.note(size));
});

withWitness('an old size that is not the last one is told the last one', async (witness) => {
  isConflict(await log.shows(witness, 3, 5), 0);
  cosigned(await log.shows(witness, 0, 5), witness, log.note(5));
  isConflict(await log.shows(witness, 0, 5), 5);
  isConflict(await log.shows(witness, 3, 9), 5);
  isConflict(await log.shows(witness, 9, 12), 5);
});

withWitness('an old checkpoint shown again is not cosigned again', async (witness) => {
  cosigned(await log.shows(witness, 0, 5), witness, log.note(5));
  cosigned(await log.shows(witness, 5, 9), witness, log.note(9));
  isConflict(await log.shows(witness, 0, 5), 9);
  isConflict(await log.shows(witness, 5, 5), 9);
  is(await witness.add(9, [], log.note(5)), 400);
});

withWitness('a forked log is refused', async (witness) => {
  cosigned(await log.shows(witness, 0, 5), witness, log.note(5));
  isConflict(await fork.shows(witness, 5, 5), 5);
  is(await fork.shows(witness, 5, 9), 422);
  is(await witness.add(5, log.tree.consistency(5, 9), fork.note(9)), 422);
  is(await witness.add(5, [], log.note(9)), 422);
  cosigned(await log.shows(witness, 5, 9), witness, log.note(9));
  assert.match(witness.reports, /error.*does not continue/i);
});

withWitness('from nothing a proof is empty', async (witness) => {
  is(await witness.add(0, [log.tree.root(1)], log.note(3)), 422);
  isConflict(await witness.add(0, [], signNote(checkpointText(ORIGIN, 0, fork.tree.root(1)),
                                               log.by)), 0);
});

withWitness('who signed what is not known is refused', async (witness) => {
  is(await witness.add(0, [], log.note(5, signer(ORIGIN, 2))), 403);
  const other = signer('example.net/other', 1);
  is(await witness.add(0, [], signNote(checkpointText(other.name, 0, log.tree.root(0)), other)),
     404);
  isConflict(await log.shows(witness, 1, 5), 0);
});

withWitness('what is malformed is refused', async (witness) => {
  const note = log.note(5);
  const bodies = ['', 'old 0\n', '\n', `old\n\n${note}`, `old 00\n\n${note}`, `old -1\n\n${note}`,
    `old 0\n${note}`, `old 0\nAAAA\n\n${note}`, 'old 0\n\nnothing\n\nat all\n',
    `old 0\n\n${note.toString().trimEnd()}`, `old 0\n\n${note.toString().replace('5', '05')}`,
    `old 0\n\n${note.toString().replace('\n5', '\t\n5')}`, `OLD 0\n\n${note}`,
    `old 0\n${`${log.tree.root(1).toString('base64')}\n`.repeat(64)}\n${note}`];
  for (const body of bodies) is(await witness.ask('POST', '/add-checkpoint', body), 400);
  is(await witness.add(6, [], note), 400);
  is(await witness.ask('POST', '/add-checkpoint', `old 0\n\n${'x'.repeat(100_000)}`), 413);
  is(await witness.ask('GET', '/add-checkpoint'), 405);
  is(await witness.ask('POST', '/', ''), 405);
  is(await witness.ask('GET', '/else'), 404);
  assert.equal((await witness.ask('GET', '/')).text, `${witness.key}\n`);
  cosigned(await log.shows(witness, 0, 5), witness, note);
});

withWitness('a log may change its key if both are given', async (witness) => {
  const newer = new Log(leaves(64, 'a'), signer(ORIGIN, 2));
  cosigned(await log.shows(witness, 0, 5), witness, log.note(5));
  cosigned(await newer.shows(witness, 5, 9), witness, newer.note(9));
  isConflict(await newer.shows(witness, 0, 9), 9);
}, [log.by.verifier, signer(ORIGIN, 2).verifier]);

withWitness('a restart forgets nothing and keeps the key', async (witness) => {
  const { key } = witness;
  cosigned(await log.shows(witness, 0, 5), witness, log.note(5));
  await witness.stop();
  await witness.start();
  assert.equal(witness.key, key);
  isConflict(await fork.shows(witness, 0, 5), 5);
  cosigned(await log.shows(witness, 5, 9), witness, log.note(9));
  const secret = path.join(witness.folder, 'witness.key');
  assert.equal(statSync(secret).mode & 0o777, 0o600);
  assert.equal(readFileSync(`${secret}.pub`, 'utf8'), `${key}\n`);
});

withWitness('a memory that is damaged or locked is not begun with', async (witness) => {
  cosigned(await log.shows(witness, 0, 5), witness, log.note(5));
  const again = ['witness', '--listen', '127.0.0.1:0', '--dir', witness.folder, '--log',
    log.by.verifier];
  const second = await run('piot', again);
  assert.equal(second.code, 3);
  assert.match(second.errors, /another witness is at work/);
  await witness.stop();
  const file = readdirSync(witness.folder).find((name) => name.endsWith('.checkpoint'));
  const kept = path.join(witness.folder, file);
  writeFileSync(kept, readFileSync(kept, 'utf8').replace('\n5\n', '\n4\n'));
  const damaged = await run('piot', again);
  assert.equal(damaged.code, 3);
  assert.match(damaged.errors, /damaged/);
});

withWitness('without a disk nothing is answered, and it ends', async (witness) => {
  rmSync(witness.folder, { recursive: true });
  await assert.rejects(log.shows(witness, 0, 5));
  assert.deepEqual(await witness.ended, { code: 3, signal: null });
});

// The root that a witness cosigned; nothing if it was killed before it answered, or would
// not. It may have come to that size before the kill, and then says so.
async function rootCosigned(witness, shower, size) {
  const show = (old) => shower.shows(witness, old, size).catch(() => undefined);
  let answer = await show(size - 1);
  if (answer?.status === 409) answer = await show(size);
  if (answer?.status !== 200) return undefined;
  cosigned(answer, witness, shower.note(size));
  return shower.tree.root(size).toString('hex');
}

withWitness('a kill at any moment never lets it cosign two roots of one size', async (witness) => {
  const accepted = [];
  for (let size = 1; size <= KILLS; size++) {
    const two = ['a', 'b'].map((kind) => new Log([...accepted, leaf(`${kind}${size}`)]));
    const ask = (shower) => rootCosigned(witness, shower, size);
    const asked = two.map(ask);
    await new Promise((resolve) => setTimeout(resolve, (size % 10) * KILL_STEP_MS));
    await witness.kill();
    const roots = await Promise.all(asked);
    await witness.start();
    for (const shower of two.reverse()) roots.push(await ask(shower));
    const different = new Set(roots.filter(Boolean));
    assert.equal(different.size, 1, `one root of ${size}`);
    const [winner] = different;
    accepted.push(two.find(({ tree }) => tree.root().toString('hex') === winner).tree.hash(size - 1,
                                                                                          size));
  }
});
