// A vendor that is offboarded takes none of people's devices with it: all of its grants end, it is
// told of each, and once it knows of all, or had its time to, it has left.
import { Fetcher } from './fetcher.mjs';
import { until } from './wait.mjs';
import { assert, story } from './world.mjs';

const MANY = 40; // more than end in one turn
const ROOM = { prompts_open_max: 1000, vendor_prompts_open_max: 1000 };

async function manyLamps(world, acme, owner) {
  const kim = await world.household(owner);
  const names = Array.from({ length: MANY / 2 }, (_, i) => `${owner}-${i}`);
  for (const name of names) await acme.detects(kim, name);
  for (const name of names) await kim.app.grants(name);
  return kim;
}

const statusOf = async (world, acme) =>
  (await world.operator.get(`/operator/v1/vendors/${acme.id}`)).is(200).status;
const offboards = async (world, acme) =>
  (await world.operator.post(`/operator/v1/vendors/${acme.id}/offboard`, { reason: 'over' }))
    .is(200);
const hasLeft = (world, acme) =>
  until('it has left', async () => await statusOf(world, acme) === 'offboarded');
const areGone = (...people) => until('all devices are gone', async () =>
  (await Promise.all(people.map(({ app }) => app.devices()))).flat().length === 0);
const grantsEnded = ({ taken }) => taken
  .filter(({ type }) => type === 'piot.v1.grant-withdrawn').map(({ data }) => data);

story('every device goes, every notice is told, and then it has left', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await manyLamps(world, acme, 'kim');
  const lee = await manyLamps(world, acme, 'lee');
  const brio = await world.vendor('Brio');
  await brio.detects(kim, 'brios');
  const { deviceId } = await kim.app.grants('brios');
  assert.equal((await offboards(world, acme)).status, 'offboarding');
  await until('the devices are gone', async () => (await kim.app.devices()).length === 1);
  assert.equal((await kim.app.devices())[0].deviceId, deviceId, "another vendor's stays");
  await areGone(lee);
  await until('it is told of each', () =>
    new Set(grantsEnded(acme.endpoint).map(({ grantId }) => grantId)).size === MANY);
  assert.ok(grantsEnded(acme.endpoint).every(({ reason }) => reason === 'vendor-offboarded'));
  assert.equal(await statusOf(world, acme), 'offboarding');
  const wanted = await acme.tells('device-detected', acme.seen(kim, 'new', 'lamp'));
  assert.equal(wanted.code, 'VENDOR_NOT_APPROVED');
  (await acme.put(acme.path('endpoint'), { mode: 'pull' })).is(403, 'VENDOR_NOT_APPROVED');
  for (const { grantId } of grantsEnded(acme.endpoint)) await acme.acknowledges(grantId);
  await hasLeft(world, acme);
  (await acme.get(acme.path('grants'))).is(401, 'UNAUTHENTICATED');
}, ROOM);

story('killed halfway, it goes on', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await manyLamps(world, acme, 'kim');
  await offboards(world, acme);
  await world.kill();
  await world.piotd.start();
  await areGone(kim);
  await until('it is told of each', () =>
    new Set(grantsEnded(acme.endpoint).map(({ grantId }) => grantId)).size === MANY / 2);
}, ROOM);

story('what it never says it knows of is overdue, and then it has left', async (world) => {
  const acme = await world.vendor('Acme', { endpoint: false });
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  await kim.app.grants('lamp-1');
  await offboards(world, acme);
  await areGone(kim);
  await hasLeft(world, acme);
}, { acknowledge_within: '1s' });

story('one that fetches hears of the end while it is leaving', async (world) => {
  const acme = await world.vendor('Acme', { endpoint: false });
  const kim = await world.household('kim');
  const fetcher = new Fetcher(acme);
  await acme.detects(kim, 'lamp-1');
  await kim.app.grants('lamp-1');
  await offboards(world, acme);
  const { data } = await fetcher.receives('grant-withdrawn');
  await acme.acknowledges(data.grantId);
  await hasLeft(world, acme);
});

story('one without a grant has left at once', async (world) => {
  const acme = await world.vendor('Acme', { endpoint: false });
  await offboards(world, acme);
  await hasLeft(world, acme);
  assert.equal((await offboards(world, acme)).status, 'offboarded', 'and that is forever');
});
