// clock -- does a wall clock that is set wrong date nothing, and is a right one taken over?
//
// piotd runs with a wall clock of the test's own (stepped_clock.c).
//
import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { program, run } from '../stories/piotd.mjs';
import { until } from '../stories/wait.mjs';
import { inWorld, World } from '../stories/world.mjs';

const LIMIT_MS = 120_000;
const HOUR = 3600;
const TEN_YEARS = 3650 * 24 * HOUR;
const REASON = 'The clock of this machine has stepped: nothing is written until it is back, or '
  + 'an operator accepts it.';

class WallClock {
  #folder = mkdtempSync(path.join(tmpdir(), 'piot-clock-'));
  #file = openSync(path.join(this.#folder, 'off'), 'w+');
  #offBy = 0;

  // What starts a program with this clock; see launch(). A sanitizer wants to be the first
  // to be loaded, and can do without.
  get under() {
    const { ASAN_OPTIONS: asan = '' } = process.env;
    return ['env', `LD_PRELOAD=${program('tests/stepped_clock.so')}`,
      `STEPPED_CLOCK=${path.join(this.#folder, 'off')}`,
      `ASAN_OPTIONS=${asan}:verify_asan_link_order=0`];
  }

  isOffBy(seconds) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(seconds));
    writeSync(this.#file, bytes, 0, 8, 0);
    this.#offBy = seconds;
  }

  says(after = 0) {
    return new Date(Date.now() + (this.#offBy + after) * 1000).toISOString();
  }

  end() {
    closeSync(this.#file);
    rmSync(this.#folder, { recursive: true });
  }
}

function clockTest(name, tell, settings = {}, begin = 0) {
  test(name, { timeout: LIMIT_MS }, async () => {
    const clock = new WallClock();
    clock.isOffBy(begin);
    try {
      await inWorld(await World.open(settings, clock.under), async (world) => {
        await tell(world, clock);
        await world.stop();
      });
    } finally {
      clock.end();
    }
  });
}

const vendors = '/operator/v1/vendors';
const accept = (world, now) => world.operator.post('/operator/v1/clock', { now });
const steps = (world) => world.piotd.reports.filter((line) => line.includes('has stepped'));

// When what this account last did was recorded, in ms.
async function newest(kim) {
  const { items } = (await kim.app.get('/app/v1/history?limit=1')).is(200);
  return Date.parse(items[0].time);
}

async function refusesToWrite(world) {
  const answer = await world.operator.post(vendors, { name: 'Nobody' });
  answer.is(503, 'UNAVAILABLE');
  assert.match(answer.body.message, /the clock of this service has stepped/);
  assert.ok(Number(answer.headers['retry-after']) > 0);
  const readiness = (await world.nobody.get('/readyz')).is(503);
  assert.deepEqual(readiness.reasons, [REASON]);
}

// Planted: a writer that let every step pass; a service that went by the wall clock and ended
// everybody's session.
for (const [which, offBy] of [['ahead', TEN_YEARS], ['behind', -TEN_YEARS]])
  clockTest(`a clock that is ten years ${which} for a moment dates nothing`,
    async (world, clock) => {
      const kim = await world.household('kim');
      clock.isOffBy(offBy);
      for (let i = 0; i < 3; i += 1) await refusesToWrite(world);
      (await kim.app.get('/app/v1/networks')).is(200);
      (await world.operator.get(vendors)).is(200);
      clock.isOffBy(0);
      (await kim.app.post('/app/v1/networks', { name: 'Cabin' })).is(201);
      assert.ok(Math.abs((await newest(kim)) - Date.now()) < HOUR * 1000);
      (await world.nobody.get('/readyz')).is(200);
      assert.equal(steps(world).length, 1);
    });

// Planted: an acceptance that took over whatever the machine said.
clockTest('a right new time is taken over when an operator accepts it, and what is due happens',
  async (world, clock) => {
    const acme = await world.vendor('Acme');
    const kim = await world.household('kim');
    await acme.detects(kim, 'lamp-1');
    await kim.app.isAsked('lamp-1');
    clock.isOffBy(2 * HOUR);
    await refusesToWrite(world);
    assert.ok(Math.abs((await world.metric('clock_step_seconds')) - 2 * HOUR) < 60);

    const wrong = await accept(world, clock.says(-2 * HOUR));
    wrong.is(400, 'OUT_OF_RANGE');
    assert.match(wrong.body.message, /^Field now .*this machine's clock, which says 20/);
    (await accept(world, clock.says(60))).is(400, 'OUT_OF_RANGE');
    await refusesToWrite(world);
    assert.equal((await kim.app.inbox()).length, 1);

    const accepted = (await accept(world, clock.says())).is(200);
    assert.ok(Math.abs(Date.parse(accepted.now) - Date.parse(clock.says())) < HOUR * 1000);
    assert.ok(Math.abs(accepted.stepSeconds - 2 * HOUR) < 60);
    await until('the question has lapsed', async () => (await kim.app.inbox()).length === 0);
    (await kim.app.post('/app/v1/networks', { name: 'Cabin' })).is(201);
    assert.ok((await newest(kim)) > Date.now() + HOUR * 1000);
    assert.equal(await world.metric('clock_step_seconds'), 0);
    const [said] = world.piotd.reports.filter((line) => line.includes('accepted that it is'));
    assert.match(said, /api: tok_\w+ accepted that it is 20.* a step of \+7\d\d\d\.\d{3} s$/);
  }, { consent_lapse: '1h' });

clockTest('piot clock accepts it, too', async (world, clock) => {
  const token = path.join(world.piotd.data, 'operator.token');
  const says = (...words) =>
    run('piot', ['clock', 'accept', ...words, '--server', world.url, '--token', token]);
  clock.isOffBy(-HOUR);
  await refusesToWrite(world);
  const now = await says(); // of this machine, whose clock is not piotd's here
  assert.equal(now.code, 1, now.errors);
  assert.match(now.errors, /OUT_OF_RANGE/);
  const { code, out, errors } = await says(clock.says(), '--json');
  assert.equal(code, 0, errors);
  assert.ok(Math.abs(JSON.parse(out).stepSeconds + HOUR) < 60, out);
  (await world.operator.post(vendors, { name: 'Acme' })).is(201);
});

// Planted: a log that ends in the past was said.
clockTest('a log that ends in the future is said at the start', async (world, clock) => {
  const kim = await world.household('kim');
  const future = await newest(kim);
  clock.isOffBy(0);
  await world.restart();
  const isSaid = (line) => /warning ledger: the last event is of 20.* from now/.test(line);
  assert.equal(world.piotd.reports.filter(isSaid).length, 1);
  (await kim.app.post('/app/v1/networks', { name: 'Cabin' })).is(201);
  assert.ok((await newest(kim)) - future < 1000, 'it is dated right after the last');
}, {}, 24 * HOUR);
