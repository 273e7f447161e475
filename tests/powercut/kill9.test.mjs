// kill9 -- when piotd is killed again and again in the middle of its work, is everything it
// acknowledged still there, is everything it owes still delivered, and does every deadline
// still come?
//
//     PIOT_KILLS=100   how many times it is killed (default 10)
//     PIOT_SEED=7      when; the seed of a run is in its output
//
// A kill keeps what the kernel has: whether piotd syncs before it answers is not seen here,
// only whether it has written before it answers.
//
// Tried with planted bugs: a piotd that wrote its batches without RocksDB's write-ahead log
// did not come back from the first kill; one that kept no order in its webhooks failed by
// it; and a report that was never acknowledged, put among those that were, is missed below,
// in a test that stays.
import test from 'node:test';
import { until } from '../stories/wait.mjs';
import { assert, story } from '../stories/world.mjs';
import { chance, seed } from './chance.mjs';
import { Load, holds, whereReported } from './load.mjs';

const kills = Number(process.env.PIOT_KILLS ?? 10);
const PATIENCE_MS = 60_000 + kills * 1000; // for what is owed at the end

const OVERSIGHT = 0.1; // how often a vendor's server does not take a command at first

async function aHome(world, name, random) {
  const vendor = await world.vendor(`Vendor-${name}`);
  const mute = await world.vendor(`Mute-${name}`, { endpoint: false });
  const household = await world.household(name);
  const done = { status: 200, body: { status: 'succeeded' } };
  vendor.endpoint.answer('command-requested', () =>
    random() < OVERSIGHT ? { status: 400 } : done);
  const lamps = {};
  for (const n of [1, 2]) {
    await vendor.detects(household, `${name}-${n}`);
    lamps[`${name}-${n}`] = await household.app.grants(`${name}-${n}`);
  }
  await mute.detects(household, `${name}-mute`);
  const unreachable = await household.app.grants(`${name}-mute`);
  return { vendor, household, lamps, unreachable };
}

async function killAndStart(world) {
  world.serves = false;
  await world.kill();
  await world.piotd.start();
  world.serves = true;
}

// What was acknowledged since the last look. A report may be in the log a look before its
// answer is heard here, so each look goes back to where the one before the last ended.
async function checkReports(homes, load, checked) {
  const reports = load.reports.slice(checked.count);
  checked.count = load.reports.length;
  for (const { household } of homes) {
    const looks = checked.looks.get(household) ?? [];
    const found = await whereReported(household, looks.at(-2) ?? 0);
    looks.push(Math.max(looks.at(-1) ?? 0, ...[...found.values()].flat()));
    checked.looks.set(household, looks);
    holds(household, found, reports.filter(({ duplicate }) => !duplicate));
  }
}

async function allDelivered(homes, load) {
  for (const { vendor, household, lamps } of homes) {
    for (const [name, device] of Object.entries(lamps)) {
      const asked = load.commands
        .filter((command) => command.device === device)
        .map(({ commandId }) => commandId);
      const isHere = (event) =>
        event.type === 'piot.v1.command-requested' && event.data.vendorDeviceId === name;
      const got = () => vendor.endpoint.taken.filter(isHere).map(({ data }) => data.commandId);
      const holdsAll = () => {
        const here = new Set(got());
        return asked.every((id) => here.has(id));
      };
      await until(`${name} gets its ${asked.length} commands`, holdsAll, PATIENCE_MS);
      const inOrder = got().filter((id) => asked.includes(id));
      assert.deepEqual(inOrder, asked, `${name} gets its commands in the order they were asked`);
      await household.app.commandBecomes(asked.at(-1), 'succeeded');
    }
  }
}

async function allExpired(load) {
  const isExpired = async ({ household, commandId }) =>
    (await household.app.command(commandId)).status === 'expired';
  for (const command of load.deadlines)
    await until('the deadline of a command comes', () => isExpired(command), PATIENCE_MS);
}

async function endure(world, times, plant = () => undefined) {
  const random = chance(seed);
  const homes = [];
  for (const name of ['ana', 'bo', 'cy']) homes.push(await aHome(world, name, random));
  const load = new Load(world, random);
  const checked = { count: 0, looks: new Map() };
  world.serves = true;
  load.start(homes);
  try {
    for (let kill = 1; kill <= times; kill++) {
      const before = load.reports.length;
      await until('something is acknowledged', () => load.over || load.reports.length > before);
      await new Promise((resolve) => setTimeout(resolve, 20 + random() * 300));
      await killAndStart(world);
      plant(load, homes);
      await checkReports(homes, load, checked);
    }
    await load.end();
    for (const { household } of homes)
      holds(household, await whereReported(household), load.reports);
  } catch (error) {
    load.abandon();
    throw error;
  }
  return { homes, load };
}

story(`after each of ${kills} kills all that was acknowledged is there`, async (world) => {
  const { homes, load } = await endure(world, kills);
  await allDelivered(homes, load);
  await allExpired(load);
  const { reports, commands, deadlines, repeats } = load;
  console.log(`seed ${seed}: ${kills} kills, ${reports.length} reports, ${commands.length} ` +
    `commands, ${deadlines.length} deadlines, ${repeats} calls repeated`);
  assert.ok(reports.length > kills && commands.length > kills && deadlines.length > 0);
  assert.ok(repeats > 0, 'some calls were under way when piotd was killed');
}, { webhook_retry_first: '20ms' });

story('a report that was acknowledged and is not there is found', async (world) => {
  const plant = (load, homes) =>
    load.reports.push({ household: homes[0].household, power: 0.5, duplicate: false });
  await assert.rejects(endure(world, 1, plant), /the report of 0.5.* stands at \[\]/s);
}, { webhook_retry_first: '20ms' });

test('the moments of a seed are the same each time', () => {
  const [a, b] = [chance(seed), chance(seed)];
  for (let i = 0; i < 100; i++) assert.equal(a(), b());
});
