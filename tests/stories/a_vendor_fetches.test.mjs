// A vendor whose server nobody can call fetches what it is owed, and misses nothing.
//
//     PIOT_SWITCHES=1000   how often it switches between being sent and fetching (default 60)
//     PIOT_SEED=7          when; the seed is in what fails
import { chance, seed } from '../powercut/chance.mjs';
import { Fetcher } from './fetcher.mjs';
import { until } from './wait.mjs';
import { assert, story } from './world.mjs';

const lamp = 'lamp-1';

const kinds = (items) => items.map(({ type }) => type.replace('piot.v1.', ''));

story('the whole use case works without an endpoint', async (world) => {
  const acme = await world.vendor('Acme', { endpoint: false });
  const kim = await world.household('kim');
  const fetcher = new Fetcher(acme);
  assert.equal((await acme.get(acme.path('endpoint'))).is(200).mode, 'pull');
  await acme.detects(kim, lamp);
  const device = await kim.app.grants(lamp);
  const granted = await fetcher.receives('grant-created');
  assert.equal(granted.data.vendorDeviceId, lamp);
  const { commandId } = await kim.app.sets(device.deviceId, 'on', true);
  const asked = await fetcher.receives('command-requested');
  assert.equal(asked.data.commandId, commandId);
  assert.equal(asked.data.attempt, 1);
  await kim.app.commandBecomes(commandId, 'sent');
  await acme.concludes(commandId, 'succeeded');
  await kim.app.commandBecomes(commandId, 'succeeded');
  (await kim.app.withdraws(device.consentId)).is(200);
  const withdrawn = await fetcher.receives('grant-withdrawn');
  assert.equal(withdrawn.data.grantId, granted.data.grantId);
  await acme.acknowledges(granted.data.grantId);
  assert.equal((await acme.get(acme.path('endpoint'))).is(200).backlog, 0);
});

story('a vendor that fetches has a notification to try it by, whether it said so or not',
  async (world) => {
    const acme = await world.vendor('Acme', { endpoint: false });
    for (const says of [false, true]) {
      const fetcher = new Fetcher(acme);
      if (says) (await acme.put(acme.path('endpoint'), { mode: 'pull' })).is(200);
      const asked = (await acme.post(acme.path('test-notification'))).is(202);
      const { id } = await fetcher.receives('test-notification');
      assert.deepEqual(asked, { deliveryId: id.replace('evt', 'dlv') });
    }
  });

story('what was not acknowledged comes again, also after a restart; what was does not',
  async (world) => {
    const acme = await world.vendor('Acme', { endpoint: false });
    const kim = await world.household('kim');
    const fetcher = new Fetcher(acme);
    for (const name of ['one', 'two', 'three']) {
      await acme.detects(kim, name);
      await kim.app.grants(name);
    }
    const first = await fetcher.page('limit=1');
    assert.equal(first.items.length, 1);
    assert.equal(first.more, true);
    assert.deepEqual((await fetcher.page('limit=1')).items, first.items);
    (await fetcher.acks(first)).is(204);
    await world.restart();
    const rest = await fetcher.page();
    assert.deepEqual(rest.items.map(({ data }) => data.vendorDeviceId), ['two', 'three']);
    assert.equal(rest.more, false);
    (await fetcher.acks(rest)).is(204);
    (await fetcher.acks(first)).is(204); // it never goes back by itself
    assert.deepEqual((await fetcher.page()).items, []);
    const { items } = (await acme.get(acme.path('deliveries'))).is(200);
    assert.ok(items.every(({ status }) => status === 'delivered'), JSON.stringify(items));
  });

story('a thousand who wait for nothing read nothing', async (world) => {
  const acme = await world.vendor('Acme', { endpoint: false });
  const kim = await world.household('kim');
  const brio = await world.vendor('Brio', { endpoint: false });
  await brio.detects(kim, lamp);
  const { deviceId } = await kim.app.grants(lamp);
  // What is read for a report of another vendor, in all.
  let brightness = 0;
  const readForAReport = async () => {
    const before = await world.metric('store_reads_total');
    await brio.reports(lamp, { brightness: (brightness += 1) });
    await kim.app.deviceShows(deviceId, 'brightness', brightness);
    return (await world.metric('store_reads_total')) - before;
  };
  const open = await world.metric('requests_open');
  const alone = Math.max(await readForAReport(), await readForAReport());
  const waiting = Array.from({ length: 1000 }, () => new Fetcher(acme).page('wait=30'));
  await until('they wait', async () => (await world.metric('requests_open')) - open >= 1000);
  const beside = Math.min(await readForAReport(), await readForAReport());
  assert.ok(beside < alone + 100, `${beside} reads, and ${alone} when nobody waits`);
  await acme.detects(kim, 'for-acme');
  await kim.app.grants('for-acme');
  const pages = await Promise.all(waiting);
  assert.ok(pages.every(({ items }) => items.length === 1), 'and all are woken by what is theirs');
}, { rate_per_second: '100000' });

story('who waits is woken by what comes, and another consumer has copies', async (world) => {
  const acme = await world.vendor('Acme', { endpoint: false });
  const kim = await world.household('kim');
  const [main, copy] = [new Fetcher(acme), new Fetcher(acme, 'audit')];
  const waiting = main.page('wait=30');
  await acme.detects(kim, lamp);
  await kim.app.grants(lamp);
  const began = performance.now();
  const page = await waiting;
  assert.deepEqual(kinds(page.items), ['grant-created']);
  assert.ok(performance.now() - began < 20_000, 'it did not wait to the end');
  (await main.acks(page)).is(204);
  const again = await copy.page();
  assert.deepEqual(again.items, page.items);
  (await copy.acks(again)).is(204);
  assert.deepEqual((await copy.page()).items, []);
  const sought = { consumer: 'audit', to: 'start' };
  (await acme.post(acme.path('outbox/seek'), sought)).is(200);
  assert.deepEqual((await copy.page()).items, page.items);
  const later = { to: 'start' };
  (await acme.post(acme.path('outbox/seek'), later)).is(200);
  assert.deepEqual((await main.page()).items, page.items, 'whoever goes back sees it again');
  (await acme.post(acme.path('outbox/seek'), { to: 'end' })).is(200);
  assert.deepEqual((await main.page()).items, []);
  const { items } = (await acme.get(acme.path('outbox/consumers'))).is(200);
  assert.deepEqual(items.map(({ consumer }) => consumer), ['default', 'audit']);
  for (let n = 1; n < 8; n++)
    (await new Fetcher(acme, `copy-${n}`).acks(page)).is(204);
  (await new Fetcher(acme, 'one-more').acks(page)).is(429, 'CONSUMER_LIMIT_REACHED');
});

story('a page that is leased is nobody else’s until it is acknowledged or the lease ends',
  async (world) => {
    const acme = await world.vendor('Acme', { endpoint: false });
    const kim = await world.household('kim');
    const fetcher = new Fetcher(acme);
    await acme.detects(kim, lamp);
    await kim.app.grants(lamp);
    const mine = await fetcher.page('lease=1');
    assert.ok(mine.lease, JSON.stringify(mine));
    assert.deepEqual((await fetcher.page('lease=60')).items, []);
    (await fetcher.acks(mine)).is(409, 'OUTBOX_LEASED'); // without its lease
    const yours = await until('the lease ends', async () => {
      const page = await fetcher.page('lease=60&wait=1');
      return page.items.length > 0 && page;
    });
    assert.deepEqual(yours.items, mine.items);
    (await fetcher.acks(mine, { lease: mine.lease })).is(409, 'OUTBOX_LEASED');
    (await fetcher.acks(yours, { lease: yours.lease })).is(204);
    assert.deepEqual((await fetcher.page()).items, []);
  });

story('a command that was fetched and is taken back is told to be', async (world) => {
  const acme = await world.vendor('Acme', { endpoint: false });
  const kim = await world.household('kim');
  const fetcher = new Fetcher(acme);
  await acme.detects(kim, lamp);
  const device = await kim.app.grants(lamp);
  await fetcher.receives('grant-created');
  const { commandId } = await kim.app.sets(device.deviceId, 'on', true);
  const page = await fetcher.page(); // fetched, not acknowledged
  assert.deepEqual(kinds(page.items), ['command-requested']);
  (await kim.app.delete(`/app/v1/commands/${commandId}`)).is(200);
  const cancelled = await fetcher.receives('command-cancelled');
  assert.equal(cancelled.data.commandId, commandId);
  assert.ok(!kinds(fetcher.got).includes('command-requested'), 'it is not shown any more');
});

story('whatever way it switches between being sent and fetching, a vendor loses nothing',
  async (world) => {
    const random = chance(seed);
    const acme = await world.vendor('Acme');
    const kim = await world.household('kim');
    const names = ['one', 'two', 'three'];
    const devices = {};
    for (const name of names) {
      await acme.detects(kim, name);
      devices[name] = await kim.app.grants(name);
    }
    const fetcher = new Fetcher(acme);
    const asked = { one: [], two: [], three: [] };
    const seen = [];
    acme.endpoint.answer('command-requested', (event) => {
      if (random() < 0.2) return { status: 500 };
      seen.push(event);
      return { status: 200, body: { status: 'succeeded' } };
    });
    const obeys = async (items) => {
      for (const { type, data } of items)
        if (type === 'piot.v1.command-requested') await acme.concludes(data.commandId, 'succeeded');
    };
    const switches = Number(process.env.PIOT_SWITCHES ?? 60);
    for (let n = 0; n < switches; n++) {
      const mode = random() < 0.5 ? 'pull' : 'push';
      (await acme.put(acme.path('endpoint'), { mode })).is(200);
      for (const name of names) {
        const wish = { validFor: 3600 };
        const command = await kim.app.sets(devices[name].deviceId, 'brightness',
          Math.floor(random() * 100), wish);
        asked[name].push(command.commandId);
      }
      if (mode === 'pull' && random() < 0.7) {
        const page = await fetcher.page();
        seen.push(...page.items);
        await obeys(page.items);
        if (random() < 0.8) (await fetcher.acks(page)).is(204);
      }
    }
    (await acme.put(acme.path('endpoint'), { mode: 'pull' })).is(200);
    await until('nothing waits', async () => {
      const page = await fetcher.page();
      seen.push(...page.items);
      await obeys(page.items);
      (await fetcher.acks(page)).is(204);
      return (await acme.get(acme.path('endpoint'))).is(200).backlog === 0;
    });
    const first = new Map();
    for (const { type, data } of seen)
      if (type === 'piot.v1.command-requested' && !first.has(data.commandId))
        first.set(data.commandId, first.size);
    for (const name of names) {
      const places = [];
      for (const id of asked[name]) {
        const command = await kim.app.command(id);
        if (command.status === 'superseded') continue; // a newer one took its place
        assert.ok(first.has(id), `seed ${seed}: ${name}'s command ${id} came`);
        places.push(first.get(id));
      }
      assert.deepEqual(places, [...places].sort((a, b) => a - b), `seed ${seed}: ${name}`);
    }
  }, { webhook_retry_first: '20ms', webhook_retry_max: '100ms' });
