// a_backup_is_restored -- the drill: does a backup that was taken while people used the
// service come back as it was; and is every backup refused that would fork the log, is
// damaged, or was cut short by a kill?
//
// Tried with planted bugs, each of which failed here: a restore that did not ask the anchor;
// one that kept the old key after a loss; a list that offered backups without their note;
// one that counted those among the ones to be kept; a backup of all families, in which a
// login was found in plain text.
import {
  closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, rmSync, statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { backup, freshDirectory, listed, restore } from './backups.mjs';
import { Client } from '../stories/client.mjs';
import { App } from '../stories/household.mjs';
import { Piotd, run, verify } from '../stories/piotd.mjs';
import { until } from '../stories/wait.mjs';
import { assert, story } from '../stories/world.mjs';

const LOGIN = 'unmistakable.kim@example.org';

// -- what is there -----------------------------------------------------------------------------

function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}
const bytesIn = (folder) => files(folder).reduce((sum, file) => sum + statSync(file).size, 0);
const holds = (folder, text) => files(folder).some((file) => readFileSync(file).includes(text));

// What the person and the operator see.
async function sight(world, url, token) {
  const there = { url, agent: world.agent };
  const app = new App(there, token, '198.18.0.1');
  const operator = new Client(there, { token: world.operator.token });
  return {
    devices: await app.devices(),
    networks: await app.networks(),
    history: await app.history(),
    pushKey: (await app.get('/app/v1/push-key')).is(200), // another, and no browser is told
    accounts: await operator.all('/operator/v1/accounts'),
    vendors: await operator.all('/operator/v1/vendors'),
    gateways: await operator.all('/operator/v1/gateways'),
  };
}

// Serves the directory, looks, ends; then `piot verify` has to be content.
async function serve(world, data, token) {
  const piotd = new Piotd(data, { metrics_listen: '', trust_forwarded: 'yes' });
  piotd.port = world.piotd.port; // which is part of what is seen: the events' source
  await piotd.start();
  const seen = await sight(world, piotd.url, token);
  await piotd.stop();
  await verify(data);
  return seen;
}

async function lives(world) {
  const acme = await world.vendor('Acme');
  const kim = await world.household(LOGIN);
  await acme.detects(kim, 'lamp-1');
  await kim.app.grants('lamp-1');
  await acme.reports('lamp-1', { on: true });
  return { acme, kim };
}

async function moreHappens(world, { acme, kim }, count) {
  await acme.reportsMany('lamp-1', count);
  await kim.app.makesNetwork(`network ${await world.position()}`);
}

// -- the drill ----------------------------------------------------------------------------------

story('the last backup comes back with all that anybody could see', async (world) => {
  const home = await lives(world);
  await moreHappens(world, home, 200);
  const position = await world.position();
  const first = await backup(world);
  assert.ok(Number(first.position.split('/')[1]) >= Number(position.split('/')[1]));
  const before = bytesIn(path.join(world.data, 'backups'));

  await moreHappens(world, home, 5);
  const { token } = home.kim.app;
  const seen = await sight(world, world.url, token); // before: that an operator looks is an event
  const second = await backup(world);
  assert.ok(Number(second.backupId) > Number(first.backupId));
  assert.ok(second.takenAt >= first.takenAt);
  const grown = bytesIn(path.join(world.data, 'backups')) - before;
  assert.ok(grown < second.size, `the second copied ${grown} of ${second.size} bytes`);
  assert.deepEqual((await listed(world)).map(({ backupId }) => backupId),
    [second.backupId, first.backupId]);
  assert.equal(readdirSync(path.join(world.data, 'vaults')).length, 1, 'one copy of the vault');

  await world.piotd.stop();
  const data = freshDirectory(world, 'restored');
  const { code, report, errors } = await restore(world, data);
  assert.equal(code, 0, errors);
  assert.equal(report.verdict, 'restored');
  assert.equal(report.missing, 0);
  assert.deepEqual(await serve(world, data, token), seen);

  assert.ok(holds(path.join(world.piotd.data, 'store'), LOGIN), 'a view is in plain text');
  assert.ok(!holds(path.join(world.data, 'backups'), LOGIN), 'the backup has it in plain text');
  await world.piotd.start();
});

story('a backup that does not reach the anchor is refused, and by how much', async (world) => {
  const home = await lives(world);
  const first = await backup(world);
  await moreHappens(world, home, 10);
  await backup(world);
  await moreHappens(world, home, 7);
  await world.piotd.stop();

  for (const options of [['--backup', first.backupId], []]) {
    const data = freshDirectory(world, `stale-${options.length}`);
    const { code, report } = await restore(world, data, ...options);
    assert.equal(code, 1);
    assert.equal(report.verdict, 'does-not-reach-the-anchor');
    assert.equal(report.missing, report.anchored - report.head);
    assert.ok(report.missing >= 7);
    assert.ok(!existsSync(path.join(data, 'store')), 'nothing was restored');
  }
  const blind = freshDirectory(world, 'blind');
  const away = path.join(world.data, 'no-anchor');
  const said = await run('piot', ['restore', '--from', path.join(world.data, 'backups'), '--data',
    blind, '--anchor', away]);
  assert.equal(said.code, 3, 'an anchor that was named has to be there');
  await world.piotd.start();
});

story('who accepts a loss goes on as a new log, and the old key signs no more', async (world) => {
  const home = await lives(world);
  await backup(world);
  await moreHappens(world, home, 10);
  await world.piotd.stop();
  const data = freshDirectory(world, 'new-log');
  const old = readFileSync(path.join(data, 'log.key.pub'), 'utf8');
  const origin = old.split('+')[0];
  const same = await restore(world, data, '--accept-loss', '--origin', origin);
  assert.equal(same.code, 3, 'the old name');

  const { code, report, errors } = await restore(world, data, '--accept-loss');
  assert.equal(code, 0, errors);
  assert.equal(report.verdict, 'restored-with-loss');
  assert.ok(report.missing >= 10);
  assert.notEqual(readFileSync(path.join(data, 'log.key.pub'), 'utf8').split('+')[0], origin);
  assert.equal(readFileSync(path.join(data, 'log.key.pub.retired'), 'utf8'), old);
  const lost = readFileSync(path.join(data, 'lost.txt'), 'utf8');
  assert.ok(lost.includes(readFileSync(path.join(world.piotd.data, 'anchor'), 'utf8')));
  const seen = await serve(world, data, home.kim.app.token);
  assert.equal(seen.devices.length, 1);
  await world.piotd.start();
});

// -- damage -------------------------------------------------------------------------------------

function flip(file) {
  const place = Math.floor(statSync(file).size / 2);
  const bytes = Buffer.alloc(1);
  const open = openSync(file, 'r+');
  readSync(open, bytes, 0, 1, place);
  bytes[0] ^= 0x10;
  writeSync(open, bytes, 0, 1, place);
  closeSync(open);
}

story('a bit flipped in any file of a backup is found, and nothing comes back', async (world) => {
  await lives(world);
  await backup(world);
  await world.piotd.stop();
  const folder = path.join(world.data, 'backups');
  const data = freshDirectory(world, 'damaged');
  // The key beside the backups is not asked where the operator has his own.
  const tried = files(folder).filter(
    (file) => statSync(file).size > 0 && !file.endsWith('log.key.pub'));
  assert.ok(tried.some((file) => file.endsWith('.sst')));
  for (const file of tried) {
    const name = path.relative(folder, file);
    flip(file);
    const { code, report, errors } = await restore(world, data);
    assert.notEqual(code, 0, `${name} was altered`);
    assert.ok(!existsSync(path.join(data, 'store')), name);
    if (file.endsWith('.sst')) {
      assert.equal(report.verdict, 'damaged', errors);
      assert.ok(report.findings[0].text.includes(path.basename(file)), report.findings[0].text);
    }
    flip(file);
  }
  assert.equal((await restore(world, data)).code, 0, 'whole again');
  await world.piotd.start();
});

story('a backup that was killed is not offered, and the next one is whole', async (world) => {
  const home = await lives(world);
  const first = await backup(world);
  const frozen = path.join(world.piotd.data, 'backup.frozen');
  await until('a kill met a backup halfway', async () => {
    await moreHappens(world, home, 1);
    (await world.operator.post('/operator/v1/backups')).is(202);
    await until('it has begun', () => existsSync(frozen) || !world.piotd.child, 5000)
      .catch(() => {});
    await world.kill();
    const halfway = existsSync(frozen);
    await world.piotd.start();
    return halfway;
  });
  const third = await backup(world, { keep: 2 });
  const kept = await listed(world);
  assert.equal(kept[0].backupId, third.backupId);
  assert.ok(kept.length <= 2 && kept.every(({ status }) => status === 'done'));
  assert.ok(Number(first.backupId) < Number(third.backupId));
  assert.ok(!existsSync(frozen), 'what the kill left is swept away');
  await world.piotd.stop();
  const { code, errors } = await restore(world, freshDirectory(world, 'after-kill'));
  assert.equal(code, 0, errors);
  await world.piotd.start();
});

// As a kill leaves it between the copy and its note, a moment too short to be met by chance.
story('a copy without its note is not offered, nor counted with those kept', async (world) => {
  const home = await lives(world);
  const folder = path.join(world.data, 'backups');
  await backup(world);
  const second = await backup(world);
  await moreHappens(world, home, 3);
  const third = await backup(world);
  await world.piotd.stop();
  rmSync(path.join(folder, 'notes', third.backupId));
  const listing = await run('piot', ['backup', '--list', '--to', folder, '--json']);
  assert.equal(JSON.parse(listing.out).at(-1).backupId, second.backupId);
  const data = freshDirectory(world, 'noteless');
  assert.equal((await restore(world, data, '--backup', third.backupId)).code, 3);
  assert.ok(!existsSync(path.join(data, 'store')));

  await world.piotd.start();
  const fourth = await backup(world, { keep: 2 });
  assert.deepEqual((await listed(world)).map(({ backupId }) => backupId),
    [fourth.backupId, second.backupId]);
});

// -- asking ---------------------------------------------------------------------------------------

story('one backup at a time, while the service goes on', async (world) => {
  const home = await lives(world);
  const asks = [1, 2, 3, 4, 5, 6, 7, 8].map(() => world.operator.post('/operator/v1/backups'));
  const answers = await Promise.all([...asks, moreHappens(world, home, 20)]);
  const statuses = answers.slice(0, asks.length).map(({ status }) => status);
  assert.ok(statuses.includes(202) && statuses.includes(409), String(statuses));
  for (const answer of answers.slice(0, asks.length))
    if (answer.status !== 202) answer.is(409, 'INCOMPATIBLE_STATE');
  await until('all have ended', async () =>
    (await listed(world)).every(({ status }) => status === 'done'));

  const token = path.join(world.piotd.data, 'operator.token');
  const service = ['--server', world.url, '--token', token];
  const taken = await run('piot', ['backup', '--keep', '1', ...service, '--json']);
  assert.equal(taken.code, 0, taken.errors);
  assert.deepEqual(await listed(world), [JSON.parse(taken.out)]);
  const inUse = await run('piot', ['backup', '--data', world.piotd.data, '--to', world.data]);
  assert.equal(inUse.code, 3);
  assert.match(inUse.errors, /--server/);
});

story('without a folder there is no backup, and the setting is named', async (world) => {
  const no = (await world.operator.post('/operator/v1/backups')).is(409, 'INCOMPATIBLE_STATE');
  assert.match(no.message, /backup_folder/);
  assert.deepEqual(await listed(world), []);
}, { backup_folder: '' });

story('the vault is not copied to where the log is, and that is said', async (world) => {
  const { operator } = world;
  const folder = path.join(world.data, 'together');
  await world.piotd.stop();
  Object.assign(world.piotd.settings, { backup_folder: folder, backup_vault_folder: folder });
  await world.piotd.start();
  (await operator.post('/operator/v1/backups')).is(202);
  const [failed] = await until('it has failed', async () => {
    const items = await listed(world);
    return items.length && items[0].status === 'failed' && items;
  });
  assert.match(failed.reason, /another disk/);
  assert.ok(!files(folder).some((file) => file.endsWith('master.key')));
});
