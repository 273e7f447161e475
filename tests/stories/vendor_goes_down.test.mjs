// vendor_goes_down -- while a vendor's server is away, is nothing lost, is it left in
// peace, and does each device get what waited for it in order once it is back?
//
// Tried with planted bugs: a courier that lets the next webhook of a device go while the one
// before it is out or waits failed the first story by its order; notices of grants that are
// given up like any other failed the third.
import { assert, story } from './world.mjs';
import { until } from './wait.mjs';

const COMMANDS = 6;

async function lampsOf(world, household, vendor, names) {
  const devices = {};
  for (const name of names) {
    await vendor.detects(household, name);
    devices[name] = await household.app.grants(name);
  }
  await until('the grants are told', () => vendor.endpoint.taken.length === names.length);
  return devices;
}

const isCommand = (event) => event.type === 'piot.v1.command-requested';

story('what waited for a vendor that was down arrives in order when it is back', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const lamps = await lampsOf(world, kim, acme, ['lamp-1', 'lamp-2']);
  await acme.endpoint.close();

  const asked = { 'lamp-1': [], 'lamp-2': [] };
  for (let i = 0; i < COMMANDS; i++) {
    for (const [name, { deviceId }] of Object.entries(lamps)) {
      const wish = { operation: 'invokeAction', name: 'fade', validFor: 3600 };
      const input = { brightness: i, seconds: 0 };
      const path = `/app/v1/devices/${deviceId}/commands`;
      const { commandId } = (await kim.app.post(path, { ...wish, input })).is(202);
      asked[name].push(commandId);
    }
  }
  await kim.app.commandBecomes(asked['lamp-1'][0], 'queued');
  // It comes back badly: it takes nothing at the first try, so that what may overtake does.
  const tried = new Set();
  acme.endpoint.answer('command-requested', ({ id }) => {
    const status = tried.has(id) ? 204 : 400;
    tried.add(id);
    return { status };
  });
  await acme.endpoint.open();
  await until('all commands arrive', () => acme.endpoint.taken.filter(isCommand).length === 12);
  for (const name of Object.keys(lamps)) {
    const got = acme.endpoint.taken
      .filter((event) => isCommand(event) && event.data.vendorDeviceId === name)
      .map((event) => event.data.commandId);
    assert.deepEqual(got, asked[name], `${name} gets its commands in the order they were asked`);
  }
});

story('a webhook is tried again under its first id, later each time', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  let failures = 3;
  acme.endpoint.answer('grant-created', () => ({ status: failures-- > 0 ? 500 : 204 }));
  await acme.detects(kim, 'lamp-1');
  await kim.app.grants('lamp-1');
  await acme.receives('grant-created');

  const { attempts } = acme.endpoint;
  assert.deepEqual(attempts.map(({ answered }) => answered), [500, 500, 500, 204]);
  assert.equal(new Set(attempts.map(({ headers }) => headers['webhook-id'])).size, 1);
  assert.equal(attempts[0].headers['webhook-id'], attempts[0].event.id);
  assert.deepEqual(attempts[3].event, attempts[0].event);
  const waits = attempts.slice(1).map(({ at }, i) => at - attempts[i].at);
  assert.ok(waits[0] >= 100, `waits of ${waits}`); // half of 200 ms at least, then of twice that
  assert.ok(waits[1] >= 200, `waits of ${waits}`);
  assert.ok(waits[2] >= 400, `waits of ${waits}`);
}, { webhook_retry_first: '200ms', webhook_retry_max: '10s' });

// A day is a second here, and an hour between two tries 50 ms.
story('a vendor that is down for a day loses neither a grant nor its end', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  acme.endpoint.usual = () => ({ status: 400 }); // as deployed wrongly: it is not left alone
  const tries = (type) =>
    acme.endpoint.attempts.filter(({ event }) => event.type === `piot.v1.${type}`);
  await acme.detects(kim, 'lamp-1');
  const { consentId } = await kim.app.grants('lamp-1');
  (await kim.app.withdraws(consentId)).is(200);
  (await acme.post(acme.path('test-notification'))).is(200);
  await until('it has been down for longer than others are tried', () =>
    tries('grant-created').length > 10 && tries('test-notification').length > 10 &&
    performance.now() - Math.max(...tries('test-notification').map(({ at }) => at)) > 500);
  acme.endpoint.usual = () => ({ status: 204 });
  await acme.receives('grant-created', (data) => data.grantId === consentId);
  await acme.receives('grant-withdrawn', (data) => data.grantId === consentId);
  const types = acme.endpoint.taken.map(({ type }) => type);
  assert.deepEqual(types, ['piot.v1.grant-created', 'piot.v1.grant-withdrawn']);
}, { webhook_retry_first: '10ms', webhook_retry_max: '50ms', webhook_tried_for: '1s',
  webhook_attempts_min: '5' });

story('a vendor that asks for time is given it', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  let first = true;
  acme.endpoint.answer('grant-created', () => {
    const answer = first ? { status: 503, headers: { 'retry-after': '2' } } : { status: 204 };
    first = false;
    return answer;
  });
  await acme.detects(kim, 'lamp-1');
  await kim.app.grants('lamp-1');
  await acme.receives('grant-created');
  const [before, after] = acme.endpoint.attempts;
  assert.ok(after.at - before.at >= 1900, `${after.at - before.at} ms went by`);
}, { webhook_retry_max: '10s' });

story('a vendor that is down holds up nobody else', async (world) => {
  const acme = await world.vendor('Acme');
  const brio = await world.vendor('Brio');
  const kim = await world.household('kim');
  const down = await lampsOf(world, kim, acme, ['a-1']);
  const up = await lampsOf(world, kim, brio, ['b-1']);
  await acme.endpoint.close();
  await kim.app.sets(down['a-1'].deviceId, 'on', true);
  brio.endpoint.answer('command-requested', () => ({ status: 200, body: { status: 'succeeded' } }));
  const { commandId } = await kim.app.sets(up['b-1'].deviceId, 'on', true);
  await kim.app.commandBecomes(commandId, 'succeeded');
  await acme.endpoint.open();
});

story('a command taken back while its first try got no answer is taken back at the vendor',
  async (world) => {
    const acme = await world.vendor('Acme');
    const kim = await world.household('kim');
    const { 'lamp-1': lamp } = await lampsOf(world, kim, acme, ['lamp-1']);
    const tried = new Promise((comes) => {
      acme.endpoint.answer('command-requested', () => {
        comes();
        return new Promise(() => {}); // and it never answers
      });
    });
    const { commandId } = await kim.app.sets(lamp.deviceId, 'on', true);
    await tried;
    (await kim.app.delete(`/app/v1/commands/${commandId}`)).is(200);
    const { data } = await acme.receives('command-cancelled');
    assert.deepEqual(data, { commandId, vendorDeviceId: 'lamp-1' });
    assert.equal((await kim.app.command(commandId)).status, 'cancelled');
  }, { webhook_limit: '1s' });

story('a command that could not be sent in time is not sent late', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const lamps = await lampsOf(world, kim, acme, ['lamp-1']);
  await acme.endpoint.close();
  const { commandId } = await kim.app.sets(lamps['lamp-1'].deviceId, 'on', true, { validFor: 1 });
  await kim.app.commandBecomes(commandId, 'expired');
  await acme.endpoint.open();
  (await acme.post(acme.path('test-notification'))).is(200);
  await acme.receives('test-notification');
  assert.equal(acme.endpoint.taken.some(isCommand), false);
});

story('a command without an outcome times out, and may be told of late', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const lamps = await lampsOf(world, kim, acme, ['lamp-1']);
  const { commandId } = await kim.app.sets(lamps['lamp-1'].deviceId, 'on', true, { validFor: 2 });
  await acme.receives('command-requested');
  await kim.app.commandBecomes(commandId, 'timed-out');
  assert.equal((await acme.concludes(commandId, 'succeeded')).status, 'accepted');
  const command = await kim.app.command(commandId);
  assert.equal(command.status, 'timed-out');
  assert.equal(command.lateStatus, 'succeeded');
});

story('an endpoint that is gone for good is left alone until another one is set', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  acme.endpoint.usual = () => ({ status: 410 });
  await acme.detects(kim, 'lamp-1');
  await kim.app.grants('lamp-1');
  await until('the endpoint has ended', async () => {
    const { endpoint } = (await world.operator.get(`/operator/v1/vendors/${acme.id}`)).is(200);
    return endpoint === undefined;
  });
  const tries = acme.endpoint.attempts.length;
  acme.endpoint.usual = () => ({ status: 204 });
  assert.equal((await acme.reports('lamp-1', { on: true })).status, 'accepted');
  assert.equal(acme.endpoint.attempts.length, tries);
  (await acme.put(acme.path('endpoint'), { url: acme.endpoint.url })).is(200);
  await acme.receives('grant-created');
});
