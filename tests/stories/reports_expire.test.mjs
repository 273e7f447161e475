// reports expire -- does what devices told long ago go from every file, and from what people
// and auditors are shown, while the last of it, what told of a command, every view and every
// proof stay; and does a legal hold keep all of it?
//
// Tried with planted bugs, each of which failed here: no file rewritten, the event without the
// rows, an account with a hold gone through.
import { randomBytes } from 'node:crypto';
import { found } from './canaries.mjs';
import { run } from './piotd.mjs';
import { signModel } from './sign.mjs';
import { until } from './wait.mjs';
import { assert, story } from './world.mjs';

const O = '/operator/v1';
const A = '/app/v1';
const word = (name) => `${name}-${randomBytes(9).toString('hex')}`;
const start = async (world, settings) => {
  Object.assign(world.piotd.settings, settings);
  await world.piotd.start();
};
async function piot(parameters, code = 0) {
  const ended = await run('piot', parameters);
  assert.equal(ended.code, code, `piot ${parameters.join(' ')}\n${ended.out}${ended.errors}`);
  return ended.out;
}

// A sign that showed three texts; its owner had asked for the second, and then for the third.
async function aSign(world, login) {
  const words = { first: word('first'), wanted: word('wanted'), last: word('last'),
    heard: word('heard') };
  const acme = await world.vendor('Acme');
  (await acme.put(acme.path('thing-models/sign'), signModel)).is(201);
  const kim = await world.household(login);
  const id = word('sign');
  await acme.detects(kim, id, 'sign');
  const sign = await kim.app.grants(id);
  await acme.reports(id, { text: words.first });
  await world.restart(); // so that a file holds the view's row as it is now
  const before = Number((await world.position()).split('/')[1]);
  const { commandId } = (await kim.app.post(`${A}/devices/${sign.deviceId}/commands`,
    { operation: 'writeProperty', name: 'text', input: words.wanted })).is(202);
  await acme.reports(id, { text: words.wanted });
  (await kim.app.post(`${A}/devices/${sign.deviceId}/commands`,
    { operation: 'writeProperty', name: 'text', input: words.last })).is(202);
  await acme.tellsWell('device-event-raised', { vendorDeviceId: id,
    observedAt: new Date().toISOString(), name: 'heard', data: words.heard });
  await acme.reports(id, { text: words.last });
  return { acme, kim, sign, words, commandId, before };
}

const told = async ({ kim }, type) =>
  (await kim.app.get(`${A}/me/export`)).is(200).events
    .filter(({ event }) => event.type === `piot.v1.${type}`).map(({ event }) => event.data);
const textsTold = async (house) =>
  (await told(house, 'device-state-reported')).map(({ properties }) => properties?.text);

const expiring = { reports_kept: '1s', reports_look_every: '0s', store_compress: 'no' };

story('what was told long ago goes, but for what still counts', async (world) => {
  const house = await aSign(world, 'kim@example.org');
  const { kim, sign, words, commandId, before } = house;
  const { data } = world.piotd;
  assert.deepEqual(await textsTold(house), [words.first, words.wanted, words.last]);

  await world.piotd.stop();
  assert.ok('it' in found(data, { it: words.first }));
  await start(world, expiring);
  await until('the first text is gone', async () =>
    !(await textsTold(house)).includes(words.first));
  await until('what was heard is gone', async () =>
    (await told(house, 'device-event-raised')).every((raised) => !('data' in raised)));
  assert.deepEqual(await textsTold(house), [undefined, words.wanted, words.last]);
  const reasons = await told(house, 'reports-expired');
  assert.equal(reasons.reduce((sum, { reports }) => sum + reports, 0), 2);
  const device = (await kim.app.get(`${A}/devices/${sign.deviceId}`)).is(200);
  assert.equal(JSON.stringify(device).includes(words.last), true);
  const command = (await kim.app.get(`${A}/commands/${commandId}`)).is(200);
  assert.equal(String(command.effective), 'true');
  await until('no file holds the text', () =>
    Object.keys(found(data, { it: words.first })).length === 0);

  await world.piotd.stop();
  const asOf = ['as-of', '--data', data, '--at', `1/${before}`, '--personal', sign.deviceId];
  const then = JSON.parse(await piot([...asOf, '--json']));
  assert.equal(then.forgottenReports, 1);
  assert.equal(JSON.stringify(then).includes(words.first), false);
  assert.match((await run('piot', asOf)).errors, /1 reports until then have lost their values/);
  await piot(['rebuild', '--data', data]);
  await world.piotd.start();
  const again = (await kim.app.get(`${A}/commands/${commandId}`)).is(200);
  assert.deepEqual(again, command);
}, { store_compress: 'no' });

story('a legal hold keeps what was told, until it is released', async (world) => {
  const held = await aSign(world, 'kim@example.org');
  const free = await aSign(world, 'lee@example.org');
  const account = `${O}/accounts/${held.kim.accountId}`;
  (await world.operator.post(`${account}/hold`, { reason: 'a court wants to see it' })).is(200);

  await world.piotd.stop();
  await start(world, expiring);
  await until('the other account lost its first text', async () =>
    !(await textsTold(free)).includes(free.words.first));
  assert.ok((await textsTold(held)).includes(held.words.first));
  assert.deepEqual(await told(held, 'reports-expired'), []);
  (await world.operator.post(`${account}/release`, {})).is(200);
  await until('this one, too', async () => !(await textsTold(held)).includes(held.words.first));
});
