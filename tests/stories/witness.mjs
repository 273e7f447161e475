// witness.mjs -- a real `piot witness` as a process of its own, and one who asks it.
import assert from 'node:assert/strict';
import path from 'node:path';
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
