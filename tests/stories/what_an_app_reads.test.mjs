// what_an_app_reads -- does an app find, in the order it wants, what happened and what it may do?
import { model, now } from './vendor.mjs';
import { assert, story } from './world.mjs';

async function lampAtHome(world) {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  const lamp = await kim.app.grants('lamp-1');
  return { acme, kim, lamp };
}

// Planted bug: a list that fell from the last id on, without its cursor, gave the first page
// for ever.
story('commands are listed the newest first, page after page', async (world) => {
  const { kim, lamp } = await lampAtHome(world);
  const asked = [];
  for (let level = 1; level <= 5; level += 1)
    asked.unshift((await kim.app.sets(lamp.deviceId, 'brightness', level)).commandId);
  const path = `/app/v1/devices/${lamp.deviceId}/commands?limit=2`;
  assert.deepEqual((await kim.app.all(path)).map(({ commandId }) => commandId), asked);
  const [first] = (await kim.app.get(path)).is(200).items;
  assert.equal(first.input, 5);
});

// Planted bug: only the first of several types was looked at.
story('history is found by several types and by time', async (world) => {
  const { acme, kim, lamp } = await lampAtHome(world);
  const { commandId } = await kim.app.sets(lamp.deviceId, 'on', true);
  await kim.app.commandBecomes(commandId, 'sent');
  await acme.reports('lamp-1', { on: true });
  const types = (query) => kim.app.history(query)
    .then((events) => events.map(({ type }) => type.replace('piot.v1.', '')));
  assert.deepEqual(
    await types('?type=device-state-reported&type=command-requested'),
    ['device-state-reported', 'command-requested'],
  );
  const all = await kim.app.history('?limit=3');
  const at = (type) => all.findIndex((event) => event.type === `piot.v1.${type}`);
  const requested = all[at('command-requested')];
  const until = await kim.app.history(`?to=${requested.time}`);
  assert.ok(until.every(({ time }) => time < requested.time), 'to is not in it');
  const since = await kim.app.history(`?from=${requested.time}&limit=2`);
  assert.ok(since.some(({ id }) => id === requested.id), 'from is in it');
  assert.equal(since.length + until.length, all.length);
  const device = `device=${lamp.deviceId}`;
  const later = new Date(Date.parse(requested.time) + 1).toISOString();
  const between = `from=${requested.time}&to=${later}`;
  assert.ok((await types(`?${device}&${between}`)).includes('command-requested'));
  assert.deepEqual(await types(`?${device}&from=${now()}&type=device-added`), []);
  (await kim.app.get('/app/v1/history?device=x&device=y')).is(400, 'INVALID_ARGUMENT');
  (await kim.app.get('/app/v1/history?from=yesterday')).is(400, 'INVALID_ARGUMENT');
});

story('a device shows which one it is, by the action its model has for it', async (world) => {
  const acme = await world.vendor('Acme', { models: [] });
  const kim = await world.household('kim');
  const actions = { blink: { '@type': ['acme:Light', 'iot:IdentifyAction'] }, toggle: {} };
  const thing = { ...model('lamp'), actions };
  (await acme.put(acme.path('thing-models/lamp'), thing)).is(201);
  await acme.detects(kim, 'lamp-1');
  const { deviceId } = await kim.app.grants('lamp-1');
  const answer = await kim.app.call('POST', `/app/v1/devices/${deviceId}/identify`);
  const command = answer.is(202);
  assert.equal(command.operation, 'invokeAction');
  assert.equal(command.name, 'blink');
  assert.equal(answer.headers.location, `/app/v1/commands/${command.commandId}`);
  assert.equal((await acme.receives('command-requested')).data.name, 'blink');
});

// A gateway of nobody's, of somebody else's and an address that leads to none are the same.
//
// Planted bug: the rule did not look at whose gateway it was, and a guest bound the host's.
story('the gateway one is behind is bound to the network one says', async (world) => {
  const { acme, kim } = await lampAtHome(world);
  const lee = await world.household('lee');
  const cabin = await kim.app.makesNetwork('Cabin');
  const binds = (who, { networkId }, address) =>
    who.app.post(`/app/v1/networks/${networkId}/gateways`, { here: true },
      address && { 'x-forwarded-for': address });
  const { gateways } = (await binds(kim, cabin)).is(200);
  assert.deepEqual(gateways, [kim.gatewayId]);
  await acme.detects(kim, 'in-cabin');
  assert.equal((await kim.app.isAsked('in-cabin')).network.name, 'Cabin');

  const asGuest = (await binds(lee, lee.network, kim.address));
  asGuest.is(404, 'GATEWAY_UNKNOWN');
  const nowhere = await binds(lee, lee.network, world.freshAddress());
  nowhere.is(404, 'GATEWAY_UNKNOWN');
  assert.deepEqual({ ...asGuest.body, instance: '' }, { ...nowhere.body, instance: '' });
  (await binds(lee, cabin)).is(404, 'NETWORK_UNKNOWN');
  (await lee.app.post(`/app/v1/networks/${lee.network.networkId}/gateways`, {}))
    .is(400, 'INVALID_ARGUMENT');
});

// Planted bug: the values that were not granted were kept as well.
story('a report with one value that was not granted keeps the others', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  const { deviceId } = await kim.app.grants('lamp-1', { capabilities: ['on', 'power'] });
  const result = await acme.reports('lamp-1', { brightness: 40, on: true, power: 7 });
  assert.equal(result.status, 'accepted');
  assert.deepEqual(result.ignored,
    [{ pointer: '/data/properties/brightness', code: 'CAPABILITY_NOT_GRANTED' }]);
  assert.deepEqual(Object.keys((await kim.app.device(deviceId)).properties), ['on', 'power']);
  assert.equal('ignored' in await acme.reports('lamp-1', { on: false }), false);
  const none = await acme.reports('lamp-1', { brightness: 40 });
  assert.deepEqual([none.status, none.code], ['rejected', 'CAPABILITY_NOT_GRANTED']);
});

// Planted bug: the position was one too low, and it was not where the log stood.
story('home is one moment, and the stream goes on from it', async (world) => {
  const { acme, kim, lamp } = await lampAtHome(world);
  await acme.detects(kim, 'lamp-2');
  const question = await kim.app.isAsked('lamp-2');
  await acme.reports('lamp-1', { on: true });
  await kim.app.makesNetwork('Cabin');
  const { position, networks, devices, inbox, devicesNext } =
    (await kim.app.get('/app/v1/home')).is(200);
  assert.deepEqual(networks, await kim.app.networks());
  assert.deepEqual(devices, await kim.app.devices());
  assert.deepEqual(inbox, [question]);
  assert.equal(devicesNext, undefined);
  assert.equal(position, await world.position());

  await acme.reports('lamp-1', { on: false });
  const stream = kim.app.follows(position);
  await stream.sees('device-state-reported', ({ device }) => device === lamp.deviceId);
  const [first] = stream.events;
  assert.equal(first.data.properties.on, false, 'nothing that home has shown is told again');
});

story('a home of many devices says where to go on', async (world) => {
  const { acme, kim } = await lampAtHome(world);
  const seen = Array.from({ length: 200 }, (_, n) =>
    acme.event('device-detected', acme.seen(kim, `lamp-${n + 2}`, 'lamp')));
  (await acme.posts(seen)).is(202);
  await world.detectionsAreResolved();
  for (const { consentId } of await kim.app.inbox())
    (await kim.app.decides(consentId, 'grant')).is(200);
  const { devices, devicesNext } = (await kim.app.get('/app/v1/home')).is(200);
  assert.equal(devices.length, 200);
  const rest = (await kim.app.get(`/app/v1/devices?cursor=${devicesNext}`)).is(200).items;
  assert.equal(rest.length, 1);
  assert.equal(new Set([...devices, ...rest].map(({ deviceId }) => deviceId)).size, 201);
}, { prompts_open_max: 1000, vendor_prompts_open_max: 1000 });

story('values over time come thinned, from the reports that are left', async (world) => {
  const { acme, kim, lamp } = await lampAtHome(world);
  const begun = Date.now() - 3_600_000;
  const at = (minute) => new Date(begun + minute * 60_000).toISOString();
  const [from, to] = [at(0), at(60)];
  const observed = [
    [1, { brightness: 10, on: true }], [5, { brightness: 30 }], [40, { brightness: 50, on: false }],
  ];
  for (const [minute, properties] of observed)
    await acme.tellsWell('device-state-reported',
      { vendorDeviceId: 'lamp-1', observedAt: at(minute), properties });
  const series = async (query) => (await kim.app.get(
    `/app/v1/devices/${lamp.deviceId}/series?from=${from}&to=${to}&${query}`)).is(200).items;
  const [first, second] = await series('property=brightness&points=2');
  const { min, max, mean, last, count } = first;
  assert.deepEqual([min, max, mean, last, count], [10, 30, 20, 30, 2]);
  assert.deepEqual([second.from, second.to, second.last], [first.to, to, 50]);
  assert.deepEqual((await series('property=on&points=2')).map(({ last }) => last), [true, false]);
  assert.equal((await series('property=on&points=1'))[0].min, undefined);
  assert.deepEqual(await series('property=power'), []);

  const path = `/app/v1/devices/${lamp.deviceId}/series`;
  (await kim.app.get(`${path}?property=toggle`)).is(400, 'INVALID_ARGUMENT');
  (await kim.app.get(path)).is(400, 'INVALID_ARGUMENT');
  (await kim.app.get(`${path}?property=on&from=${to}&to=${from}`)).is(400, 'OUT_OF_RANGE');
});
