// strangers read the log -- can somebody who knows the log's key, and nothing of piotd, read
// all of it from a running service and from an export, prove things of it, and see that it
// goes on where it was?
//
// The stranger is tests/tlog, written from the specifications alone.
//
// Tried with planted bugs: a piotd that served one hash too few of a partial tile, and one
// that counted positions from 0 in its proofs, each failed here.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { leafHash, verifyConsistency, verifyInclusion } from '../tlog/merkle.mjs';
import { fromDirectory, fromUrl, readCheckpoint, readLog } from '../tlog/tiles.mjs';
import { run } from './piotd.mjs';
import { until } from './wait.mjs';
import { assert, story } from './world.mjs';

const D = '/audit/v1';
const hashes = (list) => list.map((text) => Buffer.from(text, 'base64'));

const keyOf = (world) => readFileSync(path.join(world.piotd.data, 'log.key.pub'), 'utf8').trim();

const overHttp = (world) =>
  fromUrl(world.url + D, { authorization: `Bearer ${world.piotd.operatorToken}` });

// Waits until all that has happened is signed.
async function isSigned(world) {
  const last = Number((await world.position()).split('/')[1]);
  return until('everything is signed', async () => {
    const note = (await world.operator.get(`${D}/checkpoint`)).text;
    return Number(note.split('\n')[1]) >= last;
  });
}

async function muchHappens(world, tokens) {
  const acme = await world.vendor(`Acme${tokens}`);
  const kim = await world.household(`kim-${tokens}`);
  await acme.detects(kim, `lamp-${tokens}`);
  await kim.app.grants(`lamp-${tokens}`);
  for (let i = 0; i < tokens; i++) {
    const asked = { role: 'auditor', name: `auditor ${tokens} ${i}` };
    (await world.operator.post('/operator/v1/tokens', asked)).is(201);
  }
  await isSigned(world);
}

async function piot(parameters, code = 0) {
  const ended = await run('piot', parameters);
  assert.equal(ended.code, code, `piot ${parameters.join(' ')}\n${ended.out}${ended.errors}`);
  return ended.out;
}

story('a stranger reads the whole log from a running piotd', async (world) => {
  await muchHappens(world, 300);
  const log = await readLog(overHttp(world), keyOf(world));
  assert.ok(log.size > 300 && log.entries.length === log.size);
  for (const index of [0, 1, 255, 256, log.size - 1]) log.inclusion(index);

  const older = await readCheckpoint(overHttp(world), keyOf(world));
  await muchHappens(world, 20);
  await world.restart();
  const newer = await readLog(overHttp(world), keyOf(world));
  assert.ok(newer.size > older.size);
  newer.consistency(older);
});

story('who reads entries is on record, who reads hashes is not', async (world) => {
  await muchHappens(world, 1);
  const looks = async () => {
    const lines = (await world.operator.get(`${D}/events?type=audit-read`)).text.trim();
    return lines.split('\n').map((line) => JSON.parse(line).data.call);
  };
  const reads = async (rest) =>
    assert.equal((await world.operator.get(`${D}/${rest}`)).status, 200, rest);
  await reads('checkpoint');
  await reads('tile/0/000.p/2');
  await reads('proofs/inclusion?position=1');
  await reads('proofs/consistency?from=1');
  assert.deepEqual(await looks(), ['events']);
  await reads('tile/entries/000.p/2');
  assert.deepEqual(await looks(), ['events', 'tile/{tile…}', 'events']);
});

story('proofs over HTTP convince a stranger', async (world) => {
  await muchHappens(world, 260);
  const log = await readLog(overHttp(world), keyOf(world));
  for (const position of [1, 2, 256, 257, log.size]) {
    for (const size of [log.size, Math.max(position, 270)]) {
      const proof = (await world.operator.get(
        `${D}/proofs/inclusion?position=1/${position}&size=${size}`)).is(200);
      assert.equal(proof.position, `1/${position}`);
      assert.equal(proof.index, position - 1);
      assert.equal(proof.size, size);
      const [leaf, root] = hashes([proof.leaf, proof.root]);
      assert.ok(leaf.equals(leafHash(log.entries[proof.index])));
      assert.ok(verifyInclusion(leaf, proof.index, size, hashes(proof.hashes), root));
    }
  }
  const usual = (await world.operator.get(`${D}/proofs/inclusion?position=2`)).is(200);
  assert.equal(Number(usual.checkpoint.split('\n')[1]), usual.size);
  for (const [from, to] of [[1, 2], [100, 256], [256, 270], [7, log.size], [0, 9], [9, 9]]) {
    const proof = (await world.operator.get(`${D}/proofs/consistency?from=${from}&to=${to}`))
      .is(200);
    const [first, second] = hashes([proof.fromRoot, proof.root]);
    assert.ok(verifyConsistency(from, to, hashes(proof.hashes), first, second), `${from} ${to}`);
  }
});

story('tiles may be kept for as long as they are of use, and by the auditor alone',
  async (world) => {
    await muchHappens(world, 300);
    const { text } = await world.operator.get(`${D}/checkpoint`);
    const width = Number(text.split('\n')[1]) % 256;
    const tile = (count) => world.operator.get(`${D}/tile/0/001.p/${count}`);
    assert.equal((await tile(width)).status, 200);
    (await tile(255)).is(404, 'NOT_FOUND');
    (await world.operator.get(`${D}/tile/1/000`)).is(404, 'NOT_FOUND');
    const cacheOf = async (rest) =>
      (await world.operator.get(`${D}/${rest}`)).headers['cache-control'];
    assert.equal(await cacheOf('tile/0/000'), 'private, max-age=31536000, immutable');
    assert.equal(await cacheOf('tile/entries/000'), 'private, max-age=31536000, immutable');
    assert.equal(await cacheOf('tile/0/001.p/3'), 'private, max-age=60');
    assert.equal(await cacheOf('checkpoint'), 'no-cache');
  });

story('an export is read by a stranger, and piot checks copy, service and proofs alike',
  async (world) => {
    await muchHappens(world, 300);
    const { data } = world.piotd;
    const folder = path.join(world.data, 'export');
    const key = keyOf(world);
    const token = path.join(data, 'operator.token');
    await piot(['export', '--data', data, '--to', folder, '--ciphertexts', '--ndjson']);
    const log = await readLog(fromDirectory(folder), key);
    const lines = readFileSync(path.join(folder, 'events.ndjson'), 'utf8').trim().split('\n');
    assert.equal(lines.length, log.size);
    assert.deepEqual(lines.map((line) => JSON.parse(line).position),
      lines.map((_, i) => `1/${i + 1}`));
    assert.ok(!lines.some((line) => line.includes('kim-300')), 'personal fields stay shut');

    const kept = path.join(world.data, 'kept');
    writeFileSync(kept, log.note);
    await muchHappens(world, 5);
    const url = ['--url', world.url, '--token', token, '--key', key, '--checkpoint', kept];
    const report = JSON.parse(await piot(['verify', ...url, '--json']));
    assert.equal(report.verdict, 'content');
    assert.ok(report.events > log.size);

    const server = ['--server', world.url, '--token', token];
    const proof = path.join(world.data, 'proof');
    for (const asked of [['17'], ['300', '--size', String(log.size)],
      ['--consistency', '40', String(log.size)]]) {
      const fromDisk = await piot(['prove', '--data', data, ...asked, '--json']);
      const fromWire = await piot(['prove', ...server, ...asked, '--json']);
      writeFileSync(proof, fromWire);
      if (asked.includes(String(log.size))) {
        assert.equal(fromDisk, fromWire);
        await piot(['verify', '--proof', proof, '--key', key], 1); // nobody signed that size
        await piot(['verify', '--proof', proof, '--key', key, '--checkpoint', kept]);
      } else await piot(['verify', '--proof', proof, '--key', key]);
    }
  });
