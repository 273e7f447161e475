// piotd.mjs -- a real piotd of PIOT_BUILD as a process of its own, and `piot verify` of
// what it leaves behind.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './wait.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const build = path.resolve(root, process.env.PIOT_BUILD ?? 'build/release');
const REPORTS_SHOWN = 40; // lines of piotd's own, when it ends as it should not

// The path of a built program; a test cannot do without it.
export function program(name) {
  const file = path.join(build, name);
  assert.ok(existsSync(file), `${name} is not built: there is no ${file} (set PIOT_BUILD)`);
  return file;
}

// Settings also come from PIOT_NAME: only those a test gives shall count.
function environment() {
  const names = Object.keys(process.env).filter((name) => !name.startsWith('PIOT_'));
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

// Starts a program, `under` another one that becomes it, such as prlimit. It ends with this
// process at the latest; `ended` is {code, signal}.
export function launch(name, parameters, under = []) {
  const stdio = ['ignore', 'pipe', 'pipe'];
  const [command, ...words] = [...under, program(name), ...parameters];
  const child = spawn(command, words, { stdio, env: environment() });
  running.add(child);
  const ended = once(child, 'close').then(([code, signal]) => {
    running.delete(child);
    return { code, signal };
  });
  return { child, ended };
}

// Runs a program to its end: {code, signal, out, errors}.
export async function run(name, parameters) {
  const { child, ended } = launch(name, parameters);
  let out = '';
  let errors = '';
  child.stdout.on('data', (bytes) => (out += bytes));
  child.stderr.on('data', (bytes) => (errors += bytes));
  return { ...(await ended), out, errors };
}

export class Piotd {
  constructor(data, settings = {}) {
    this.data = data;
    this.settings = settings;
    this.port = 0; // any free one at first; the same again after a restart
    this.reports = [];
    this.started = 0; // reports there were before this start
    this.config = undefined; // the file of --config, if any
    this.under = []; // what starts it; see launch()
    this.program = 'piotd';
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  // Where its metrics are, once it has said so.
  get metricsUrl() {
    const said = this.reports.slice(this.started).find((line) => line.includes('metrics are at'));
    return said?.match(/http:\S+/)[0];
  }

  get operatorToken() {
    return readFileSync(path.join(this.data, 'operator.token'), 'utf8').trim();
  }

  async start() {
    const parameters = ['--data', this.data, '--listen', `127.0.0.1:${this.port}`];
    for (const [name, value] of Object.entries(this.settings))
      parameters.push('--set', `${name}=${value}`);
    if (this.config) parameters.push('--config', this.config);
    this.started = this.reports.length;
    const { child, ended } = launch(this.program, parameters, this.under);
    const keep = (bytes) => this.reports.push(...String(bytes).split('\n').filter(Boolean));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    this.child = child;
    this.ended = ended.then((end) => {
      this.child = undefined;
      return end;
    });
    await this.#ready();
  }

  // piotd writes DIR/listen last of all, whole or not at all, and takes one away that a
  // killed process left there.
  async #ready() {
    const listen = path.join(this.data, 'listen');
    const { pid } = this.child;
    await until('piotd says where it listens', async () => {
      if (!this.child) throw new Error(`piotd ended at its start\n${this.lastReports()}`);
      try {
        this.port = Number(readFileSync(listen, 'utf8').trim().split(':').pop());
        return (await fetch(`${this.url}/readyz`)).status === 200;
      } catch {
        return false; // nothing yet, or the word of the process before, which was killed
      }
    });
    assert.equal(this.child?.pid, pid, `piotd ended at its start\n${this.lastReports()}`);
  }

  lastReports() {
    return this.reports.slice(-REPORTS_SHOWN).join('\n');
  }

  // As a service manager does it. Anything but a clean end fails the test.
  async stop() {
    assert.ok(this.child, `piotd had ended by itself\n${this.lastReports()}`);
    this.child.kill('SIGTERM');
    const { code, signal } = await this.ended;
    assert.equal(code, 0, `piotd ended with ${signal ?? code}\n${this.lastReports()}`);
  }

  // As a power cut does it, but for the kernel's memory.
  async kill() {
    this.child?.kill('SIGKILL');
    return this.ended;
  }
}

// Checks a data directory offline: the log by itself, and every view against a fresh
// fold of it.
export async function verify(data) {
  const { code, signal, out, errors } = await run('piot', ['verify', '--data', data, '--json']);
  assert.equal(code, 0, `piot verify ended with ${signal ?? code}\n${out}${errors}`);
  const verification = JSON.parse(out);
  assert.equal(verification.verdict, 'content', out);
  assert.deepEqual(verification.findings, []);
  return verification;
}
