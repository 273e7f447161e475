// rebuilt_while_serving -- are all views folded again beside those that are served, and
// switched to, so that nobody who reads or writes meanwhile notices; and does a kill at any
// moment of it leave the old ones or the new?
//
//     PIOT_KILLS=50   how many times it is killed (default 6)
//
// Tried with a planted bug: a switch without the last stretch failed the first of them.
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { program, run, verify } from './piotd.mjs';
import { assert, story } from './world.mjs';
import { until } from './wait.mjs';

const REBUILDS = '/operator/v1/rebuilds';
const kills = Number(process.env.PIOT_KILLS ?? 6);
const EVENTS = 1500; // reported before; at 1000 a second that is some time to look around

async function aBusyHome(world) {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  const lamp = await kim.app.grants('lamp-1');
  const home = { acme, kim, lamp, power: 0, written: 0, read: 0 };
  home.report = async (count = 1) => {
    const events = [];
    for (let i = 0; i < count; i++) {
      home.power += 1;
      const data = { vendorDeviceId: 'lamp-1', observedAt: new Date().toISOString(),
        properties: { power: home.power } };
      events.push(acme.event('device-state-reported', data));
    }
    const answer = await acme.posts(count === 1 ? events[0] : events);
    for (const { status } of answer.is(202).results) assert.equal(status, 'accepted');
    home.written = home.power;
  };
  while (home.power < EVENTS) await home.report(100);
  return home;
}

async function look(home, after) {
  const query = after ? `?after=${encodeURIComponent(after)}` : '';
  const answer = await home.kim.app.get(`/app/v1/devices/${home.lamp.deviceId}${query}`);
  return answer.is(200).properties.power.value;
}

// Writes and reads go on until it is told to be over.
function busy(home) {
  const state = { over: false };
  const until = async (act) => {
    while (!state.over) await act();
  };
  let seen = 0;
  const writes = until(() => home.report());
  const reads = until(async () => {
    const least = Math.max(seen, home.written); // what was acknowledged can be read
    seen = await look(home);
    assert.ok(seen >= least, `${seen} is read after ${least}`);
    home.read += 1;
  });
  const renames = until(async () => {
    const name = `Lamp ${home.power}`;
    const path = `/app/v1/devices/${home.lamp.deviceId}`;
    const answer = await home.kim.app.patch(path, { name });
    answer.is(200);
    const after = encodeURIComponent(answer.position);
    assert.equal((await home.kim.app.get(`${path}?after=${after}`)).is(200).name, name);
  });
  state.all = Promise.all([writes, reads, renames]);
  state.all.catch(() => (state.over = true)); // awaited when it is over
  state.end = () => {
    state.over = true;
    return state.all;
  };
  return state;
}

async function rebuilt(world, order = {}) {
  const asked = await world.operator.post(REBUILDS, order);
  const { location } = asked.headers;
  assert.equal(asked.is(202).status, 'running');
  return until('the rebuild is over', async () => {
    const now = (await world.operator.get(location)).is(200);
    return now.status !== 'running' && now;
  });
}

story('nobody notices that the views are folded again', async (world) => {
  const home = await aBusyHome(world);
  const work = busy(home);
  for (const eventsPerSecond of [1000, undefined, 5000]) {
    const before = { written: home.written, read: home.read };
    const over = await rebuilt(world, { eventsPerSecond, compare: true });
    assert.equal(over.status, 'switched', JSON.stringify(over));
    assert.equal(over.differences, 0, JSON.stringify(over.first));
    assert.equal(over.position, over.head);
    const isBusy = () => work.over ||
      (home.written > before.written + 10 && home.read > before.read + 10);
    await until('reads and writes go on', isBusy);
  }
  await work.end();
  assert.equal(await look(home), home.power);
  await world.restart();
  assert.equal(await look(home), home.power);
}, { rate_per_second: 100000, rate_burst: 100000 });

story('piot rebuild follows one to its end, and another is refused meanwhile', async (world) => {
  await aBusyHome(world);
  const token = path.join(world.piotd.data, 'operator.token');
  const server = ['--server', world.url, '--token', token];
  const first = run('piot', ['rebuild', ...server, '--rate', '1000', '--compare']);
  const isRunning = async () => (await world.operator.get(REBUILDS)).is(200).items.length;
  await until('the first runs', isRunning);
  const second = await run('piot', ['rebuild', ...server]);
  assert.equal(second.code, 1, second.errors);
  assert.match(second.errors, /REBUILD_RUNNING/);
  const { code, out, errors } = await first;
  assert.equal(code, 0, errors);
  assert.match(out, /^\d+ events folded, \d+ a second; all views are new\n0 rows /);
  const json = await run('piot', ['rebuild', ...server, '--json']);
  assert.equal(JSON.parse(json.out).status, 'switched');
});

story('a service that stops gives a rebuild up and starts with the old views', async (world) => {
  const home = await aBusyHome(world);
  (await world.operator.post(REBUILDS, { eventsPerSecond: 100 })).is(202);
  await world.restart();
  assert.equal(await look(home), home.power);
  assert.deepEqual((await world.operator.get(REBUILDS)).is(200).items, []);
});

async function generationsOpen(data) {
  const files = path.join(data, 'store', 'OPTIONS-*');
  const grep = spawn('sh', ['-c', `ls -t ${files} | head -n 1 | xargs grep -c 'CFOptions.*~'`]);
  let out = '';
  grep.stdout.on('data', (bytes) => (out += bytes));
  await once(grep, 'close');
  return Number(out);
}

story(`after each of ${kills} kills there are the old views or the new, whole`, async (world) => {
  const home = await aBusyHome(world);
  assert.ok(program('piot'));
  for (let kill = 0; kill < kills; kill++) {
    const order = kill % 2 ? {} : { eventsPerSecond: 2000 };
    (await world.operator.post(REBUILDS, order)).is(202);
    const written = home.report(50).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * (kill % 2 ? 150 : 900)));
    await world.kill();
    await written;
    await verify(world.piotd.data);
    await world.piotd.start();
    assert.ok(await look(home) >= home.written);
    assert.ok(await generationsOpen(world.piotd.data) <= 11, 'what was left over is dropped');
  }
  const over = await rebuilt(world, { compare: true });
  assert.equal(over.status, 'switched', JSON.stringify(over));
  assert.equal(over.differences, 0, JSON.stringify(over.first));
});
