// reread -- at a hang-up, are the settings read again: what can change then, all or nothing?
//
// Planted bugs that it caught: a change that was made before the certificate was known to be
// right, a certificate that was read and not used, a wrong file that was used as far as it was
// read.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { launch } from '../stories/piotd.mjs';
import { until } from '../stories/wait.mjs';

const LIMIT_MS = 120_000;

class Service {
  #folder = mkdtempSync(path.join(tmpdir(), 'piot-reread-'));
  reports = [];

  file(name) {
    return path.join(this.#folder, name);
  }

  configures(lines) {
    const all = ['metrics_listen =', ...lines];
    writeFileSync(this.file('piotd.conf'), all.map((line) => `${line}\n`).join(''));
  }

  async starts() {
    const { child, ended } = launch('piotd', ['--data', this.file('data'), '--listen',
      '127.0.0.1:0', '--config', this.file('piotd.conf')]);
    child.stderr.on('data', (bytes) =>
      this.reports.push(...String(bytes).split('\n').filter(Boolean)));
    this.child = child;
    this.ended = ended;
    await this.says(/serves at/);
    this.port = Number(readFileSync(this.file('data/listen'), 'utf8').trim().split(':').pop());
    this.token = readFileSync(this.file('data/operator.token'), 'utf8').trim();
  }

  // A report that matches, of those since the last hang-up.
  says(pattern) {
    return until(`a report says ${pattern}`, () => this.reports.find((line) => pattern.test(line)));
  }

  hangsUp() {
    this.reports.length = 0;
    this.child.kill('SIGHUP');
    return this.says(/SIGHUP: /);
  }

  // The answer to an operator, and the certificate it came with.
  asks(agent) {
    const { request } = agent instanceof https.Agent ? https : http;
    const headers = { authorization: `Bearer ${this.token}` };
    const options = { port: this.port, path: '/operator/v1/vendors', headers, agent };
    return new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', ...options }, (answer) => {
        const name = answer.socket.getPeerCertificate?.().subject.CN;
        answer.resume().on('end', () => resolve({ answer, name, socket: asked.socket }));
      });
      asked.on('error', reject).end();
    });
  }

  // How many requests at once are allowed, as who sends too many is told.
  burst() {
    return until('it is one too many', async () => {
      const { answer } = await this.asks(new http.Agent());
      return answer.statusCode === 429 && Number(answer.headers['ratelimit-limit']);
    });
  }

  async stops() {
    this.child.kill('SIGTERM');
    assert.deepEqual(await this.ended, { code: 0, signal: null });
  }

  async ends() {
    this.child?.kill('SIGKILL');
    await this.ended;
    rmSync(this.#folder, { recursive: true });
  }
}

function rereads(name, tell) {
  test(name, { timeout: LIMIT_MS }, async () => {
    const service = new Service();
    try {
      await tell(service);
      await service.stops();
    } catch (error) {
      error.message += `\n-- piotd said --\n${service.reports.join('\n')}`;
      throw error;
    } finally {
      await service.ends();
    }
  });
}

rereads('live settings change at a hang-up, and others are named', async (service) => {
  service.configures(['rate_per_second = 1', 'rate_burst = 3']);
  await service.starts();
  assert.equal(await service.burst(), 3);
  assert.match(await service.hangsUp(), /settings read again; changed: none$/);

  service.configures(['loops = 2', 'operator_name = Jane Doe', 'rate_per_second = 1',
    'rate_burst = 5', 'report_level = debug']);
  assert.match(await service.hangsUp(), /changed: rate_burst, report_level$/);
  assert.match(await service.says(/needs a restart/), /restart: loops, operator_name$/);
  assert.equal(await service.burst(), 5);

  service.configures(['loops = 2', 'rate_per_second = 1', 'rate_burst = 5']);
  assert.match(await service.hangsUp(), /changed: report_level$/, 'it has its default again');
  await service.says(/restart: loops$/);
});

rereads('a file with a mistake changes nothing', async (service) => {
  service.configures(['rate_per_second = 1', 'rate_burst = 3']);
  await service.starts();
  service.configures(['rate_burst = 5', 'loops = many']);
  const said = await service.hangsUp();
  assert.match(said, /error .*no setting is changed: .*piotd.conf:3: setting loops has to be/);
  service.configures(['rate_burst = 5', 'report_level = loud']);
  assert.match(await service.hangsUp(), /no setting is changed: setting report_level has to be/);
  service.configures(['rate_burst = 5', `tls_certificate = ${service.file('c')}`,
    `tls_key = ${service.file('k')}`]);
  assert.match(await service.hangsUp(), /is changed: setting tls_certificate: a restart/);
  assert.equal(await service.burst(), 3);
});

function certifies(service, name) {
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt',
    'ec_paramgen_curve:P-256', '-nodes', '-days', '1', '-subj', `/CN=${name}`,
    '-keyout', service.file('key.pem'), '-out', service.file('chain.pem')], { stdio: 'ignore' });
}

rereads('a renewed certificate is for new connections, and a wrong one for none',
  async (service) => {
    const tls = [`tls_certificate = ${service.file('chain.pem')}`,
      `tls_key = ${service.file('key.pem')}`];
    const kept = new https.Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
    const fresh = () => service.asks(new https.Agent({ rejectUnauthorized: false }));
    certifies(service, 'first');
    service.configures(tls);
    await service.starts();
    const before = await service.asks(kept);
    assert.equal(before.name, 'first');

    certifies(service, 'second');
    assert.equal((await fresh()).name, 'first', 'not before a hang-up');
    await service.hangsUp();
    await service.says(/certificate and its key were read again/);
    assert.equal((await fresh()).name, 'second');
    const after = await service.asks(kept);
    assert.equal(after.answer.statusCode, 200);
    assert.equal(after.socket, before.socket, 'the connection was kept');

    const key = readFileSync(service.file('key.pem'));
    certifies(service, 'third');
    writeFileSync(service.file('key.pem'), key);
    service.configures([...tls, 'rate_per_second = 1', 'rate_burst = 1']);
    assert.match(await service.hangsUp(), /no setting is changed: .*key\.pem/);
    for (let i = 0; i < 5; i += 1) {
      const { name, answer } = await fresh();
      assert.equal(name, 'second');
      assert.equal(answer.statusCode, 200);
    }
    kept.destroy();
  });
