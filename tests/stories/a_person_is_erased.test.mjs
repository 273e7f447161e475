// a_person_is_erased -- is nothing left of a person who wants to be forgotten, in any file,
// while all that was proven of the log still is?
//
// Tried with planted bugs: an eraser that erased no ciphertext, one that rewrote no files,
// one that kept the leases, a devices view that kept a removed device's row: each failed.
import { createHash, randomBytes } from 'node:crypto';
import { copyFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { found, leaseOf } from './canaries.mjs';
import { App } from './household.mjs';
import { signModel } from './sign.mjs';
import { ago, now } from './vendor.mjs';
import { run, verify } from './piotd.mjs';
import { until } from './wait.mjs';
import { assert, story } from './world.mjs';

const PASSWORD = 'correct horse battery';
const O = '/operator/v1';
const A = '/app/v1';
const quick = { store_compress: 'no', wipe_every: '0s', master_key_rotate_within: '0s' };

const word = (name) => `${name}-${randomBytes(9).toString('hex')}`;

// A household that has told everything there is to tell, each in words found nowhere else.
async function aWholeLife(world) {
  const words = Object.fromEntries(['login', 'displayName', 'network', 'room', 'gateway',
    'thing', 'vendorDeviceId', 'deviceName', 'reported', 'wanted', 'input', 'output',
    'error', 'heard', 'asked', 'unasked'].map((name) => [name, word(name)]));
  words.phoneNumber = `+49${String(Math.floor(Math.random() * 1e12)).padStart(12, '7')}`;
  const acme = await world.vendor('Acme');
  (await acme.put(acme.path('thing-models/sign'), signModel)).is(201);

  const address = world.freshAddress();
  const account = (await world.operator.post(`${O}/accounts`, { login: words.login,
    displayName: words.displayName, phoneNumber: words.phoneNumber },
  { 'idempotency-key': 'open-once' })).is(201);
  const { accountId, activationCode: code } = account;
  const session = (await world.nobody.post(`${A}/activations`, { code, password: PASSWORD }))
    .is(201);
  const app = new App(world, session.token, address);
  const { networkId } = (await app.post(`${A}/networks`, { name: words.network },
    { 'idempotency-key': 'network-once' })).is(201);
  (await app.patch(`${A}/networks/${networkId}`, { rooms: [words.room] })).is(200);
  (await world.operator.post(`${O}/gateways`, { gatewayId: words.gateway, accountId, networkId }))
    .is(201);
  (await world.operator.post(`${O}/leases`,
    [{ gatewayId: words.gateway, ipv4: address, from: ago(3_600_000) }])).is(200);

  const house = { world, acme, app, accountId, address, words, networkId };
  await lives(house);
  const canaries = { ...words, lease: leaseOf(address) };
  const guesses = { login: guessed('l', words.login), gateway: guessed('g', words.gateway) };
  assert.deepEqual(found(world.piotd.data, guesses), {}, 'a guess is confirmed by no file');
  return { ...house, canaries };
}

async function lives({ acme, app, address, words }) {
  const seen = (id, name) => acme.detects({ address }, id, 'sign', { displayName: name });
  const asked = (name) => until('the question is there', async () =>
    (await app.all(`${A}/inbox`)).find((question) => question.device.displayName === name));
  await seen(words.vendorDeviceId, words.thing);
  const { consentId } = await asked(words.thing);
  const answer = { decision: 'grant', name: words.deviceName };
  const { deviceId } = (await app.post(`${A}/inbox/${consentId}/decision`, answer)).is(200);
  const device = `${A}/devices/${deviceId}`;
  (await app.patch(device, { room: words.room })).is(200);
  assert.equal((await acme.reports(words.vendorDeviceId, { text: words.reported })).status,
    'accepted');
  const commanded = async (wish) => (await app.post(`${device}/commands`, wish)).is(202).commandId;
  const say = { operation: 'invokeAction', name: 'say', input: words.input };
  await acme.concludes(await commanded(say), 'succeeded', { output: words.output });
  await acme.concludes(await commanded(say), 'failed',
    { error: { code: 'OOPS', message: words.error } });
  await commanded({ operation: 'writeProperty', name: 'text', input: words.wanted });
  await acme.tellsWell('device-event-raised', { vendorDeviceId: words.vendorDeviceId,
    observedAt: now(), name: 'heard', data: words.heard });
  await seen(words.unasked, words.asked); // a question that waits
  await asked(words.asked);
}

const account = async ({ world, accountId }) =>
  (await world.operator.get(`${O}/accounts/${accountId}`)).is(200);
const hasHappened = (house, name) => until(`the account shows ${name}`, async () =>
  (await account(house))[name]);

// An id that whoever guesses the text could make, to look for it in the log.
function guessed(kind, ...parts) {
  const all = [0, 1, 2].map((at) => Buffer.from(parts[at] ?? ''));
  const sizes = Buffer.alloc(24);
  all.forEach((part, at) => sizes.writeBigUInt64BE(BigInt(part.length), 8 * at));
  const hash = createHash('sha256').update(kind).update(sizes);
  for (const part of all) hash.update(part);
  return hash.digest().subarray(0, 16);
}

story('no file holds anything of an erased person, and every proof still holds', async (world) => {
  const house = await aWholeLife(world);
  const { acme, app, accountId, words, canaries } = house;
  const store = world.piotd.data;
  await world.restart(); // from the write-ahead log into tables, where they can be
  const before = found(store, canaries);
  // What is sealed in the log stands in clear in the views; that is what shall go.
  const onlySealed = ['input', 'output', 'error', 'heard'].filter((name) => !before[name]);
  for (const name of Object.keys(canaries))
    assert.ok(before[name] || onlySealed.includes(name), `${name} is nowhere before`);

  const answer = (await app.erasesAll()).is(202);
  assert.equal(answer.accountId, accountId);
  assert.equal((await app.get(`${A}/me`)).status, 401);
  const withdrawn = await acme.receives('grant-withdrawn');
  assert.equal(withdrawn.data.reason, 'account-erased');
  await hasHappened(house, 'erasedAt');
  await hasHappened(house, 'erasureCompleteAt');
  const left = await account(house);
  assert.deepEqual(Object.keys(left).sort(),
    ['accountId', 'erasedAt', 'erasureCompleteAt', 'status']);
  assert.equal(left.status, 'erased');
  await until('no file holds any of it', () =>
    Object.keys(found(store, canaries)).length === 0 || undefined).catch(() => {});
  assert.deepEqual(found(store, canaries), {}, 'while piotd runs');

  await world.piotd.stop();
  assert.deepEqual(found(store, canaries), {}, 'after piotd has stopped');
  const verification = await verify(store);
  assert.ok(verification.forgotten > 10, JSON.stringify(verification));
  await world.piotd.start();

  const signIn = { login: words.login, password: PASSWORD };
  assert.equal((await world.nobody.post(`${A}/sessions`, signIn)).status, 401);
  (await world.operator.post(`${O}/gateways`, { gatewayId: words.gateway, accountId }))
    .is(409);
  assert.equal((await acme.acknowledges(withdrawn.data.grantId)).status, 'accepted');
}, quick);

// Of the vault and the key a restore needs, as they are now.
function placeToRestore(world) {
  const data = path.join(world.data, 'restored');
  mkdirSync(data, { mode: 0o700 });
  cpSync(path.join(world.piotd.data, 'vault'), path.join(data, 'vault'), { recursive: true });
  for (const file of ['log.key', 'log.key.pub', 'anchor'])
    copyFileSync(path.join(world.piotd.data, file), path.join(data, file));
  return data;
}

story('a backup of before holds nothing of an erased person, nor brings them back',
  async (world) => {
    const house = await aWholeLife(world);
    const backups = path.join(world.data, 'backups');
    const { backupId } = (await world.operator.post(`${O}/backups`)).is(202);
    await until('the backup is done', async () =>
      (await world.operator.get(`${O}/backups`)).is(200).items
        .find((item) => item.backupId === backupId && item.status === 'done'));
    const [{ consentId }] = await house.app.all(`${A}/consents?status=granted`);
    const receipt = path.join(world.data, 'receipt.json');
    const shown = await house.app.get(`${A}/consents/${consentId}/receipt`);
    writeFileSync(receipt, (shown.is(200), shown.text));

    (await house.app.erasesAll()).is(202);
    await hasHappened(house, 'erasureCompleteAt');
    assert.deepEqual(found(backups, house.canaries), {});
    const key = path.join(world.piotd.data, 'log.key.pub');
    const checked = await run('piot', ['verify', '--receipt', receipt, '--key', key]);
    assert.equal(checked.code, 0, `their receipt still holds\n${checked.out}${checked.errors}`);

    await world.piotd.stop();
    const data = placeToRestore(world);
    const { code, out, errors } = await run('piot',
      ['restore', '--from', backups, '--data', data, '--accept-loss']);
    assert.equal(code, 0, out + errors);
    assert.ok((await verify(data)).forgotten > 10);
    assert.deepEqual(found(data, house.canaries), {});
    await world.piotd.start();
  }, quick);

story('login, gateway and device may be somebody else\'s afterwards', async (world) => {
  const house = await aWholeLife(world);
  const { acme, app, address, words } = house;
  (await app.erasesAll()).is(202);
  await hasHappened(house, 'erasedAt');
  await acme.detects({ address }, words.vendorDeviceId, 'sign'); // it resolves to nobody
  const heir = await world.household(words.login);
  (await world.operator.post(`${O}/gateways`, { gatewayId: words.gateway,
    accountId: heir.accountId, networkId: heir.network.networkId })).is(201);
  assert.deepEqual(await heir.app.inbox(), []);
  await acme.detects(heir, words.vendorDeviceId, 'sign');
  await heir.app.grants(words.vendorDeviceId);
}, quick);

story('a legal hold keeps everything until it is released', async (world) => {
  const kim = await world.household('kim');
  const path = `${O}/accounts/${kim.accountId}`;
  const held = (await world.operator.post(`${path}/hold`, { reason: 'a court order' })).is(200);
  assert.equal(held.hold, 'a court order');
  (await kim.app.erasesAll()).is(409, 'ACCOUNT_ON_HOLD');
  (await world.operator.delete(path)).is(409, 'ACCOUNT_ON_HOLD');
  (await kim.app.get(`${A}/me`)).is(200);
  assert.equal((await world.operator.post(`${path}/release`)).is(200).hold, undefined);
  (await world.operator.delete(path)).is(202);
  await until('kim is erased', async () =>
    (await world.operator.get(path)).is(200).status === 'erased');
  (await world.operator.post(`${path}/hold`, { reason: 'too late' })).is(409, 'ACCOUNT_ERASED');
}, quick);

story('a stream ends when its account does', async (world) => {
  const kim = await world.household('kim');
  const stream = kim.app.follows();
  await stream.isOpen();
  (await kim.app.erasesAll()).is(202);
  await stream.sees('account-erasure-requested');
}, quick);

story('an erasure that was killed again and again comes to its end', async (world) => {
  const house = await aWholeLife(world);
  (await house.app.erasesAll()).is(202);
  for (let kills = 0; kills < 8; kills += 1) {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
    await world.kill();
    await world.piotd.start();
  }
  await hasHappened(house, 'erasureCompleteAt');
  await world.piotd.stop();
  assert.deepEqual(found(world.piotd.data, house.canaries), {});
  await world.piotd.start();
}, quick);
