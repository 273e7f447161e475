// reread witnesses -- at a hang-up, is the file of witnesses read again, also if only the file has
// changed: are new ones asked, gone ones asked no more, and is a wrong file refused whole?
//
// Planted bugs that it caught: a new list that left the round as it was, a checkpoint that stayed
// held up when none was needed any more, all that followed held up then, a request to one who is
// gone that was not cancelled, and more needed than the file names.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { COSIGNATURE_V1, parseVerifier, signerOf } from '../tlog/note.mjs';
import { until } from '../stories/wait.mjs';
import { auditorsToken, happens, isAnchored, isPublished, logKey, signersShown,
         withWitnesses } from '../stories/witness.mjs';
import { assert, story } from '../stories/world.mjs';

const fileOf = (world) => path.join(world.data, 'witnesses');

// What piotd finds at its next start or hang-up.
function configures(world, witnesses, needed, more = []) {
  const lines = witnesses.map(({ line }) => `${line}\n`).join('');
  writeFileSync(fileOf(world), `# who has to see it\n\n${lines}`);
  world.piotd.config = path.join(world.data, 'piotd.conf');
  writeFileSync(world.piotd.config, [`witnesses = ${fileOf(world)}`,
    `witnesses_needed = ${needed}`, 'witness_limit = 5m', 'witness_retry_max = 300ms', ...more, '']
    .join('\n'));
}

async function starts(world, ...how) {
  configures(world, ...how);
  await world.restart();
}

// What is said of the hang-up.
function hangsUp(world) {
  const before = world.piotd.reports.length;
  world.piotd.child.kill('SIGHUP');
  return until('a hang-up is answered', () =>
    world.piotd.reports.slice(before).find((line) => /SIGHUP: (settings|no)/.test(line)));
}

async function changes(world, ...how) {
  configures(world, ...how);
  return hangsUp(world);
}

const namesOf = (...keys) => keys.map((key) => parseVerifier(key).name).sort();
const shown = async (...of) => (await signersShown(...of)).sort();

story('who is new in the file is asked, and who is gone from it is asked no more',
  async (world) => {
    const all = await withWitnesses(world, 3);
    const [gone, kept, fresh] = all;
    await starts(world, [gone, kept], 2);
    const token = await auditorsToken(world);
    await isPublished(world, await happens(world));
    const knew = gone.reports;
    assert.match(await changes(world, [kept, fresh], 2), /changed: none$/, 'but the file has');
    const now = namesOf(logKey(world), kept.key, fresh.key);
    await until('who is new has cosigned what was published', async () =>
      (await shown(world, all, token)).join() === now.join());
    for (let i = 0; i < 3; i += 1) await isPublished(world, await happens(world));
    assert.deepEqual(await shown(world, all), now);
    assert.equal(gone.reports, knew);
    for (const witness of all) await witness.stop();
  });

story('how many are needed changes, from none to some and back', async (world) => {
  const all = await withWitnesses(world, 2);
  const [one, other] = all;
  await starts(world, all, 0);
  await isPublished(world, await happens(world));
  assert.deepEqual(await shown(world, all), namesOf(logKey(world)));

  assert.match(await changes(world, all, 2), /changed: witnesses_needed$/);
  await until('both have cosigned what is shown, though nothing newer has happened', async () =>
    (await shown(world, all)).length === 3);
  await other.kill();
  const held = await happens(world);
  await isAnchored(world, held);
  await until('the one that is left has seen it', () => one.reports.includes(` at ${held}\n`));
  assert.ok((await world.metric('checkpoint_published')) < held, 'one of two is not enough');
  await changes(world, all, 1);
  await isPublished(world, held);

  await one.kill();
  const unseen = await happens(world);
  await isAnchored(world, unseen);
  await changes(world, all, 0);
  await isPublished(world, unseen);
  for (let i = 0; i < 3; i += 1) await isPublished(world, await happens(world));
  assert.equal(await world.metric('checkpoint_wait_seconds'), 0);

  await changes(world, all, 1);
  await until('a witness is asked', () =>
    /w1\.example has not cosigned/.test(world.piotd.reports.slice(-5).join('\n')));
  const late = await happens(world);
  await isAnchored(world, late);
  assert.ok((await world.metric('checkpoint_published')) < late);
  await one.start();
  await isPublished(world, late);
  await one.stop();
});

// It takes what it is sent, and says nothing.
class Mute {
  name = 'mute.example';
  asked = 0;

  async start() {
    const signer = signerOf(this.name, COSIGNATURE_V1, Buffer.alloc(32, 7));
    this.sockets = new Set();
    this.server = net.createServer((socket) => {
      this.sockets.add(socket);
      socket.on('data', () => (this.asked += 1)).on('error', () => {})
        .on('close', () => this.sockets.delete(socket));
    }).listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.line = `${signer.verifier} http://127.0.0.1:${this.server.address().port}`;
  }

  kill() {
    this.server?.close();
    for (const socket of this.sockets) socket.destroy();
  }
}

story('nobody waits for the answer of a witness that is gone', async (world) => {
  const [witness] = await withWitnesses(world, 1);
  const mute = world.helperOf(new Mute());
  await mute.start();
  await starts(world, [mute, witness], 2);
  await until('it is asked', () => mute.asked > 0);
  const size = await happens(world);
  await isAnchored(world, size);
  assert.ok((await world.metric('checkpoint_published')) < size);
  await changes(world, [witness], 1);
  await isPublished(world, size);
  await until('the request to it has ended', () => mute.sockets.size === 0);
  await witness.stop();
});

story('a wrong file of witnesses changes nothing, and is named with its line', async (world) => {
  const all = await withWitnesses(world, 2);
  const [one, other] = all;
  const burst = ['rate_burst = 30000'];
  await starts(world, [one], 1);
  await isPublished(world, await happens(world));
  const refused = [
    [[other, { line: 'no-key https://w.example' }], 1, /witnesses:4: not a verifier key/],
    [[other, other], 1, /witnesses:4: w2\.example, or its key, is there already/],
    [[other], 2, /setting witnesses_needed is 2, but \S+witnesses names 1/],
  ];
  for (const [witnesses, needed, sentence] of refused) {
    const said = await changes(world, witnesses, needed, burst);
    assert.match(said, /error .*no setting is changed: /);
    assert.match(said, sentence);
    await isPublished(world, await happens(world));
    assert.deepEqual(await shown(world, all), namesOf(logKey(world), one.key));
  }
  const nowhere = [...burst, `witnesses = ${path.join(world.data, 'nowhere')}`];
  assert.match(await changes(world, [other], 1, nowhere), /no setting is changed: .*nowhere/);
  assert.match(await changes(world, [other], 1, burst), /changed: rate_burst$/);
  await isPublished(world, await happens(world));
  assert.deepEqual(await shown(world, all), namesOf(logKey(world), other.key));
  for (const witness of all) await witness.stop();
});
