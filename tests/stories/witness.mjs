// witness.mjs -- a real `piot witness` as a process of its own, one who asks it, and what a world's
// checkpoints look like with witnesses.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openNote, parseVerifier } from '../tlog/note.mjs';
import { Client } from './client.mjs';
import { launch } from './piotd.mjs';
import { until } from './wait.mjs';

export class Witness {
  constructor(folder, logs, name) {
    this.folder = folder;
    this.logs = logs;
    this.name = name ?? path.basename(folder);
    this.listen = '127.0.0.1:0'; // any free port at first; the same again after a restart
    this.reports = '';
  }

  async start() {
    const parameters = ['witness', '--listen', this.listen, '--dir', this.folder, '--name',
      this.name, ...this.logs.flatMap((key) => ['--log', key])];
    const { child, ended } = launch('piot', parameters);
    let out = '';
    child.stdout.on('data', (bytes) => (out += bytes));
    child.stderr.on('data', (bytes) => (this.reports += bytes));
    this.child = child;
    this.ended = ended.then((end) => {
      this.child = undefined;
      return end;
    });
    await until('the witness says where it answers', () => {
      assert.ok(this.child, `the witness ended at its start\n${this.reports}`);
      return out.endsWith('\n');
    });
    [this.key, this.url] = out.trim().split(' ');
    this.line = out.trim();
    this.listen = new URL(this.url).host;
  }

  async stop() {
    this.child.kill('SIGTERM');
    assert.deepEqual(await this.ended, { code: 0, signal: null }, this.reports);
  }

  async kill() {
    this.child?.kill('SIGKILL');
    return this.ended;
  }

  // {status, type, text}
  async ask(method, target, body) {
    const answer = await fetch(this.url + target, { method, body });
    const text = await answer.text();
    return { status: answer.status, type: answer.headers.get('content-type'), text };
  }

  add(old, proof, note) {
    const hashes = proof.map((hash) => `${hash.toString('base64')}\n`).join('');
    return this.ask('POST', '/add-checkpoint', `old ${old}\n${hashes}\n${note}`);
  }
}

export const logKey = (world) =>
  readFileSync(path.join(world.piotd.data, 'log.key.pub'), 'utf8').trim();

export async function withWitnesses(world, count) {
  const witnesses = Array.from({ length: count }, (_, i) =>
    world.helperOf(new Witness(path.join(world.data, `w${i + 1}.example`), [logKey(world)])));
  for (const witness of witnesses) await witness.start();
  return witnesses;
}

export async function auditorsToken(world) {
  const asked = { role: 'auditor', name: 'looks at checkpoints' };
  return (await world.operator.post('/operator/v1/tokens', asked)).is(201).token;
}

// Who signed the checkpoint that auditors are shown, of these and the log.
// Without a token of an auditor's one is made, which is an event.
export async function signersShown(world, witnesses, shownTo) {
  const token = shownTo ?? await auditorsToken(world);
  const answer = await new Client(world, { token }).get('/audit/v1/checkpoint');
  assert.equal(answer.status, 200, answer.text);
  const keys = [logKey(world), ...witnesses.map(({ key }) => key)].map(parseVerifier);
  return openNote(Buffer.from(answer.text), keys).signed.map(({ verifier }) => verifier.name);
}

// Something happens; how far the log has come by it.
export async function happens(world) {
  const answer = await world.operator.post('/operator/v1/tokens', { role: 'auditor', name: 'x' });
  answer.is(201);
  return Number(answer.position.split('/')[1]);
}

export const isPublished = (world, size) =>
  until(`the checkpoint of ${size} is published`,
        async () => (await world.metric('checkpoint_published')) >= size);
export const isAnchored = (world, size) =>
  until(`the checkpoint of ${size} is anchored`,
        async () => (await world.metric('checkpoint_anchored')) >= size);
