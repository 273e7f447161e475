// memory -- where there is too little memory, does piotd say so and end?
//
// Tried with a planted bug: without the handlers of core/store/memory.c it ended by SIGABRT.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { Piotd } from '../stories/piotd.mjs';

const MIB = 1 << 20;
const LIMIT_MS = 120_000;
const SAID = /out of memory: it ends; what was acknowledged is on disk|thread.* could not be /;
// A sanitizer's shadow memory is larger than any limit that means something to piotd.
const skip = process.env.ASAN_OPTIONS ? 'a sanitizer needs all addresses there are' : false;

const limited = (mib) => ['prlimit', `--as=${mib * MIB}`];

// Did it serve? If not it has ended with 1, and said why.
async function starts(mib) {
  const folder = mkdtempSync(path.join(tmpdir(), 'piot-memory-'));
  const piotd = new Piotd(path.join(folder, 'data'), { metrics_listen: '' });
  piotd.under = limited(mib);
  try {
    await piotd.start();
  } catch {
    assert.deepEqual(await piotd.ended, { code: 1, signal: null }, piotd.lastReports());
    assert.match(piotd.lastReports(), SAID);
    return false;
  } finally {
    if (piotd.child) await piotd.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return true;
}

test('a start with too little memory says so and ends', { timeout: LIMIT_MS, skip }, async () => {
  let mib = 60;
  while (!(await starts(mib))) mib += 40;
  assert.ok(mib > 60, 'the least was too little');
  assert.ok(mib < 2000, `it starts with ${mib} MiB of addresses`);
});
