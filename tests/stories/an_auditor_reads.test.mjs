// an auditor reads -- does an auditor see all that happened, and nothing that is not for
// auditors; and is every look on record?
//
// Tried with planted bugs: sight for every token, a look that was shown without waiting for
// its record, an `after` that began at the position itself, a page sent without regard to
// what was unsent, and a revoked token whose read went on: each failed a story here. Either
// guard alone against sight, the vault that stays shut and the view that leaves fields out,
// does without the other.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { Client } from './client.mjs';
import { ago, now } from './vendor.mjs';
import { until } from './wait.mjs';
import { assert, story } from './world.mjs';

const EVENTS = '/audit/v1/events';
const BATCHES = 24; // of 500 events: some 10 MB of lines
const SLOW_READERS = 24;
const SECRETS = /scrypt|whsec_|piot_[a-z]_|"hash"|"secret"|"password"|[0-9a-f]{64}/i;

async function auditor(world, more = {}) {
  const asked = { role: 'auditor', name: `auditor ${randomUUID()}`, ...more };
  const { token, tokenId } = (await world.operator.post('/operator/v1/tokens', asked)).is(201);
  const client = new Client(world, { token });
  return Object.assign(client, {
    tokenId,
    name: asked.name,
    reads: async (query = '') => {
      const answer = await client.get(EVENTS + query);
      answer.is(200);
      assert.equal(answer.headers['content-type'], 'application/x-ndjson');
      return Object.assign(linesOf(answer.text), { position: answer.position });
    },
  });
}

function linesOf(text) {
  assert.ok(text === '' || text.endsWith('\n'), 'every line is whole');
  return text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

// A person with a lamp that is on, and a vendor: something of everything.
async function aPast(world) {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim@example.org', { network: "Kim's cabin" });
  await acme.detects(kim, 'lamp-4711', 'lamp', { displayName: 'Desk lamp' });
  const lamp = await kim.app.grants('Desk lamp', { name: 'Reading light' });
  await acme.reports('lamp-4711', { on: true });
  await kim.app.sets(lamp.deviceId, 'on', false);
  await acme.connects('lamp-4711', false, 'power');
  return { acme, kim, lamp };
}

story('an auditor sees what happened, and what is personal only with sight', async (world) => {
  const { kim, lamp } = await aPast(world);
  const plain = await (await auditor(world)).get(EVENTS);
  const sighted = await (await auditor(world, { personal: true })).get(EVENTS);
  const operators = await world.operator.get(EVENTS);
  const personal = ["Kim's cabin", 'Desk lamp', 'Reading light', 'kim@example.org', 'lamp-4711'];
  for (const words of personal) {
    const written = JSON.stringify(words).slice(1, -1);
    assert.ok(!plain.text.includes(written), `without sight nobody reads ${words}`);
    assert.ok(!operators.text.includes(written), `nor does an operator read ${words}`);
    assert.ok(sighted.text.includes(written), `with sight one reads ${words}`);
  }
  for (const answer of [plain, sighted, operators]) assert.doesNotMatch(answer.text, SECRETS);

  const events = linesOf(plain.text);
  const positions = events.map(({ position }) => Number(position.split('/')[1]));
  assert.deepEqual(positions, positions.map((_, i) => i + 1), 'every event, in order');
  const added = events.find(({ type }) => type === 'piot.v1.device-added');
  assert.equal(added.subject, kim.accountId);
  assert.equal(added.data.device, lamp.deviceId);
  assert.equal(added.actorkind, 'subscriber');
});

story('every look is on record before anything is shown, and tells of no query', async (world) => {
  const { kim, lamp } = await aPast(world);
  const stream = kim.app.follows();
  await stream.isOpen();
  const ada = await auditor(world, { personal: true });
  const about = `?account=${kim.accountId}&correlator=of-nobody`;
  const nothing = await ada.reads(about);
  assert.deepEqual([...nothing], []);
  await ada.reads(`?device=${lamp.deviceId}`);
  await world.kill(); // whoever was shown something is in the log, whatever happens then
  await world.piotd.start();

  const bea = await auditor(world);
  const looks = await bea.reads(`?type=audit-read&account=${kim.accountId}`);
  assert.equal(looks.length, 2, "Ada's, and this one");
  const [first, second] = looks;
  assert.equal(first.position, nothing.position);
  assert.deepEqual(first.data,
    { token: ada.tokenId, call: 'events', subject: kim.accountId, personal: true });
  assert.equal(first.actorkind, 'auditor');
  assert.equal(first.actorid, ada.tokenId);
  assert.equal(second.position, looks.position);
  assert.deepEqual(second.data,
    { token: bea.tokenId, call: 'events', subject: kim.accountId, personal: false });
  assert.doesNotMatch(JSON.stringify(looks), /of-nobody/);
  const [device] = await bea.reads(`?type=piot.v1.audit-read&device=${lamp.deviceId}`);
  assert.equal(device.data.subject, lamp.deviceId);
  const all = await bea.reads('?type=audit-read&actor=' + bea.tokenId);
  assert.equal(all.length, 3);
  assert.equal(all[2].data.subject, undefined, 'no single one was looked at');

  (await bea.call('HEAD', EVENTS)).is(200);
  const same = { 'idempotency-key': 'the-same' };
  const again = [await bea.get(EVENTS, same), await bea.get(EVENTS, same)];
  assert.notEqual(again[0].position, again[1].position, 'a repeat is another look');
  assert.equal(again[1].headers['idempotent-replayed'], undefined);
  const heard = JSON.stringify([await kim.app.history(), stream.events]);
  for (const word of ['audit-read', ada.tokenId, ada.name, bea.tokenId, bea.name])
    assert.ok(!heard.includes(word), 'the app hears nothing of auditors');
});

story('each filter takes all that fits and nothing else', async (world) => {
  const { acme, kim, lamp } = await aPast(world);
  const lee = await world.household('lee');
  await world.operator.post('/operator/v1/accounts', { login: 'mia' }, { 'x-correlator': 'mia-1' });
  const ada = await auditor(world);
  const all = await ada.reads();
  const half = all[Math.floor(all.length / 2)];
  const names = (id) => (event) =>
    event.subject === id || Object.values(event.data).some((value) => value === id);
  const at = ({ position }) => Number(position.split('/')[1]);
  const filters = {
    [`after=${half.position}`]: (e) => at(e) > at(half),
    [`until=${half.position}`]: (e) => at(e) <= at(half),
    [`from=${half.time}`]: (e) => e.time >= half.time,
    [`to=${half.time}`]: (e) => e.time < half.time,
    [`account=${kim.accountId}`]: names(kim.accountId),
    [`account=${lee.accountId}`]: names(lee.accountId),
    [`device=${lamp.deviceId}`]: names(lamp.deviceId),
    [`network=${kim.network.networkId}`]: names(kim.network.networkId),
    [`vendor=${acme.id}`]: names(acme.id),
    'type=device-added': (e) => e.type === 'piot.v1.device-added',
    'actor=subscriber': (e) => e.actorkind === 'subscriber',
    [`actor=${kim.accountId}`]: (e) => e.actorid === kim.accountId,
    'correlator=mia-1': (e) => e.correlationid === 'mia-1',
  };
  const queries = Object.keys(filters);
  const pairs = queries.flatMap((a) =>
    queries.filter((b) => b > a && b.split('=')[0] !== a.split('=')[0]).map((b) => [a, b]));
  for (const query of [...queries.map((each) => [each]), ...pairs]) {
    const wanted = all.filter((event) => query.every((each) => filters[each](event)));
    const found = await ada.reads(`?${query.join('&')}`);
    const before = found.filter((event) => at(event) <= at(all.at(-1)));
    assert.deepEqual(before.map(at), wanted.map(at), query.join('&'));
  }
  assert.deepEqual([...await ada.reads('?to=1970-01-01T00:00:00Z')], []);
}, { rate_per_second: 100000, rate_burst: 100000 });

story('what makes no sense in a query is told by its name, and is no look', async (world) => {
  const { kim, lamp } = await aPast(world);
  const ada = await auditor(world);
  const wrong = {
    after: ['one', '1', '2/1', '1/-1', ''], until: ['1/', 'x'], from: ['yesterday', '1'],
    to: ['2026-13-01T00:00:00Z'], account: ['kim', lamp.deviceId, ''], device: [kim.accountId],
    network: ['net_x'], vendor: ['Acme'], type: ['device', 'x.v1.device-added', ''],
    actor: ['king', ''], correlator: ['', 'x'.repeat(257)], limit: ['5'], cursor: ['x'],
  };
  for (const [name, values] of Object.entries(wrong))
    for (const value of values) {
      const answer = await ada.get(`${EVENTS}?${name}=${encodeURIComponent(value)}`);
      assert.match(answer.is(400, 'INVALID_ARGUMENT').message, new RegExp(`^Query ${name} `));
    }
  (await ada.get(`${EVENTS}?after=1/999999`)).is(400, 'OUT_OF_RANGE');
  (await ada.get(`${EVENTS}?after=1/5&until=1/4`)).is(400, 'INVALID_ARGUMENT');
  (await ada.get(`${EVENTS}?from=${now()}&to=${ago(1000)}`)).is(400, 'INVALID_ARGUMENT');
  (await kim.app.get(EVENTS)).is(403, 'PERMISSION_DENIED');
  (await world.nobody.get(EVENTS)).is(401, 'UNAUTHENTICATED');
  assert.equal((await ada.reads('?type=audit-read')).length, 1, 'none of these is a look');
});

// -- many events, and clients that are slow -------------------------------------------------

async function aLongPast(world) {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  await kim.app.grants('lamp-1');
  for (let batch = 0; batch < BATCHES; batch++) {
    const events = Array.from({ length: 500 }, (_, i) =>
      acme.event('device-connectivity-changed', {
        vendorDeviceId: 'lamp-1', observedAt: now(), online: i % 2 === 0,
        cause: `${batch}:${i}:`.padEnd(128, 'because '),
      }));
    (await acme.posts(events)).is(202);
  }
  return { acme, kim };
}

// One that reads when it is told to: {text, ended, broken} fill as it does.
function slowly(client, query = '') {
  const reader = { text: '' };
  const headers = { authorization: `Bearer ${client.token}` };
  reader.opened = new Promise((resolve, reject) => {
    const options = { headers, agent: false };
    reader.request = http.get(client.world.url + EVENTS + query, options, (response) => {
      reader.position = response.headers['x-log-position'];
      reader.goesOn = (enough = Infinity) => { // then it hangs up
        response.on('data', (part) => {
          reader.text += part;
          if (reader.text.length >= enough) reader.request.destroy();
        });
        response.on('end', () => (reader.ended = response.complete));
      };
      response.on('error', () => (reader.broken = true)); // it may come before that
      resolve(response.statusCode);
    });
    reader.request.on('error', reject);
  });
  return reader;
}

const memoryMiB = ({ piotd }) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${piotd.child.pid}/status`, 'utf8'))[1]) / 1024;

story('a slow reader is waited for, costs little memory, and holds nobody up', async (world) => {
  await aLongPast(world);
  const ada = await auditor(world);
  const all = await ada.reads();
  const size = (await ada.get(EVENTS)).text.length / 2 ** 20;
  const before = memoryMiB(world);
  const readers = Array.from({ length: SLOW_READERS }, () => slowly(ada));
  for (const reader of readers) assert.equal(await reader.opened, 200);
  // Reads take turns, so by the end of this one the slow ones had as many as they would.
  assert.ok((await ada.reads()).length > all.length);
  (await world.nobody.get('/livez')).is(200);
  const grown = memoryMiB(world) - before;
  assert.ok(grown < SLOW_READERS * size / 2, `${grown} MiB more for ${SLOW_READERS} × ${size}`);

  for (const reader of readers) reader.goesOn();
  await until('all have read to the end', () => readers.every(({ ended }) => ended));
  for (const reader of readers) {
    const events = linesOf(reader.text);
    assert.equal(events.at(-1).position, reader.position, 'it ends with the look itself');
    assert.deepEqual(events.slice(0, all.length), [...all]);
  }
}, { stall_limit: '1h', rate_per_second: 100000, rate_burst: 100000 });

story('a read goes on where it was broken off, or ends with its token', async (world) => {
  await aLongPast(world);
  const ada = await auditor(world);
  const all = await ada.reads();
  const upTo = `until=${all.at(-1).position}`;
  let place = '1/0';
  let pieces = [];
  for (const enough of [1, 100_000, 2_000_000]) {
    const reader = slowly(ada, `?after=${place}&${upTo}`);
    await reader.opened;
    reader.goesOn(enough);
    await until('a part is there', () => reader.text.length >= enough);
    const whole = linesOf(reader.text.slice(0, reader.text.lastIndexOf('\n') + 1));
    pieces.push(...whole);
    place = pieces.at(-1)?.position ?? place;
  }
  pieces.push(...await ada.reads(`?after=${place}&${upTo}`));
  assert.deepEqual(pieces, [...all]);
  assert.deepEqual([...await ada.reads(`?after=${all.at(-1).position}&${upTo}`)], []);

  const bea = await auditor(world);
  const reader = slowly(bea);
  await reader.opened;
  (await world.operator.delete(`/operator/v1/tokens/${bea.tokenId}`)).is(204);
  reader.goesOn();
  await until('it is cut, not ended', () => reader.broken);
  assert.ok(!reader.ended && linesOf(reader.text.slice(0, reader.text.lastIndexOf('\n') + 1))
    .length < all.length);
  (await bea.get(EVENTS)).is(401, 'UNAUTHENTICATED');

  const last = slowly(ada); // … and with the service
  await last.opened;
  await world.restart();
  last.goesOn();
  await until('it is cut, too', () => last.broken);
  assert.ok(!last.ended);
}, { stall_limit: '1h', drain_limit: '30s', rate_per_second: 100000, rate_burst: 100000 });
