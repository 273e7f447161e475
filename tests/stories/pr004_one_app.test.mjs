// PR 004 -- does one app reach every device of every vendor?
import { Client } from './client.mjs';
import { model } from './vendor.mjs';
import { until } from './wait.mjs';
import { assert, story } from './world.mjs';

async function twoVendors(world) {
  const acme = await world.vendor('Acme');
  const brio = await world.vendor('Brio');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1', 'lamp', { displayName: 'Desk lamp' });
  await brio.detects(kim, 'b-17', 'lamp', { displayName: 'Hall light' });
  const desk = await kim.app.grants('Desk lamp');
  const hall = await kim.app.grants('Hall light');
  return { acme, brio, kim, desk, hall };
}

story('one list and one stream have the devices of all vendors', async (world) => {
  const { acme, brio, kim, desk, hall } = await twoVendors(world);
  const stream = kim.app.follows();
  await stream.isOpen();
  await acme.reports('lamp-1', { on: true });
  await brio.reports('b-17', { on: false });
  await stream.sees('device-state-reported', (data) => data.device === desk.deviceId);
  await stream.sees('device-state-reported', (data) => data.device === hall.deviceId);

  const names = (devices) => devices.map((device) => device.name).sort();
  assert.deepEqual(names(await kim.app.devices()), ['Desk lamp', 'Hall light']);
  assert.deepEqual(names(await kim.app.devices(`?vendor=${brio.id}`)), ['Hall light']);
  assert.deepEqual(names(await kim.app.devices('?q=desk')), ['Desk lamp']);
  await brio.connects('b-17', true);
  assert.deepEqual(names(await kim.app.devices('?online=true')), ['Hall light']);
  assert.deepEqual(names(await kim.app.devices('?limit=1')), ['Desk lamp', 'Hall light']);
});

story('the same words switch the devices of all vendors', async (world) => {
  const { acme, brio, kim, desk, hall } = await twoVendors(world);
  for (const device of [desk, hall]) await kim.app.sets(device.deviceId, 'on', true);
  const toAcme = await acme.receives('command-requested');
  const toBrio = await brio.receives('command-requested');
  assert.equal(toAcme.data.vendorDeviceId, 'lamp-1');
  assert.equal(toBrio.data.vendorDeviceId, 'b-17');
  assert.equal(toAcme.data.name, toBrio.data.name);
});

story('a property is a resource, too: read, written, and tagged', async (world) => {
  const { acme, kim, desk } = await twoVendors(world);
  const path = `/app/v1/devices/${desk.deviceId}/properties/on`;
  (await kim.app.get(path)).is(404, 'NOT_FOUND');
  await acme.reports('lamp-1', { on: true });
  const answer = await kim.app.get(path);
  assert.equal(answer.is(200), true);
  const { etag } = answer.headers;
  assert.equal((await kim.app.get(path, { 'if-none-match': etag })).status, 304);
  const command = (await kim.app.put(path, 'false')).is(202);
  assert.equal(command.input, false);
  assert.equal(command.operation, 'writeProperty');
});

story('its owner names a device, puts it in a room, and finds its history', async (world) => {
  const { kim, desk } = await twoVendors(world);
  const path = `/app/v1/devices/${desk.deviceId}`;
  const before = await kim.app.get(path);
  const changed = (await kim.app.patch(path, { name: 'Reading lamp', room: 'Study' })).is(200);
  assert.equal(changed.name, 'Reading lamp');
  assert.equal(changed.room, 'Study');
  const late = { 'if-match': before.headers.etag };
  (await kim.app.patch(path, { name: 'Too late' }, late)).is(412, 'PRECONDITION_FAILED');

  const types = (await kim.app.history(`?device=${desk.deviceId}`)).map((event) => event.type);
  for (const type of ['device-added', 'device-renamed', 'device-placed'])
    assert.ok(types.includes(`piot.v1.${type}`), `${type} in ${types}`);
});

// An app draws its screens from it, so it has to be complete, and every link has to work.
story('a device says what it is, and how each thing it can do is reached', async (world) => {
  const { acme, kim, desk } = await twoVendors(world);
  assert.deepEqual(
    [desk.title, desk.category, desk.vendorStatus],
    ['Lamp', 'light', 'approved'],
  );
  assert.ok(desk.capabilities.includes('colorTemperature'), JSON.stringify(desk.capabilities));
  const accept = 'application/td+json';
  const answer = await kim.app.get(`/app/v1/devices/${desk.deviceId}`, { accept });
  const thing = answer.is(200);
  assert.equal(thing['@context'][0], 'https://www.w3.org/2019/wot/td/v1');
  const names = Object.keys(model('lamp').properties);
  assert.deepEqual(Object.keys(thing.properties).sort(), names.sort());
  for (const [name, schema] of Object.entries(model('lamp').properties)) {
    const { forms, ...rest } = thing.properties[name];
    assert.deepEqual(rest, schema);
    assert.equal(forms[0].op.includes('writeproperty'), !schema.readOnly, name);
  }
  assert.deepEqual(thing.actions.fade.input, model('lamp').actions.fade.input);

  await acme.reports('lamp-1', { on: true });
  const here = (href) => new URL(href).pathname;
  assert.equal((await kim.app.get(here(thing.properties.on.forms[0].href))).is(200), true);
  (await kim.app.put(here(thing.properties.on.forms[0].href), 'false')).is(202);
  (await kim.app.call('POST', here(thing.actions.toggle.forms[0].href))).is(202);
  assert.ok(thing.properties.on.forms[0].href.startsWith(world.url), 'hrefs are absolute');
  const { etag } = answer.headers;
  const again = await kim.app.get(`/app/v1/devices/${desk.deviceId}`,
    { accept, 'if-none-match': etag });
  assert.equal(again.status, 304);
});

story('a Thing Description has what was granted and nothing else', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  const device = await kim.app.grants('lamp-1', { capabilities: ['on', 'toggle'] });
  assert.deepEqual(device.capabilities, ['on', 'toggle']);
  const thing = (await kim.app.get(`/app/v1/devices/${device.deviceId}`,
    { accept: 'application/td+json' })).is(200);
  assert.deepEqual(Object.keys(thing.properties), ['on']);
  assert.deepEqual(Object.keys(thing.actions), ['toggle']);
  assert.deepEqual(thing.events, {});
  (await world.operator.post(`/operator/v1/vendors/${acme.id}/suspend`)).is(200);
  assert.equal((await kim.app.device(device.deviceId)).vendorStatus, 'suspended');
});

story('nobody reaches another household\'s devices', async (world) => {
  const { kim, desk } = await twoVendors(world);
  const lee = await world.household('lee');
  const path = `/app/v1/devices/${desk.deviceId}`;
  const foreign = await lee.app.get(path);
  const unknown = await lee.app.get(path.replace(/.{4}$/, '0000'));
  foreign.is(404, 'DEVICE_UNKNOWN');
  assert.deepEqual(
    { ...foreign.body, instance: '' },
    { ...unknown.is(404, 'DEVICE_UNKNOWN'), instance: '' },
  );
  (await lee.app.asks(desk.deviceId, 'on', true)).is(404, 'DEVICE_UNKNOWN');
  (await lee.app.delete(path)).is(404, 'DEVICE_UNKNOWN');
  assert.equal((await kim.app.device(desk.deviceId)).name, 'Desk lamp');
});

story('a read that waits ends with its session', async (world) => {
  const kim = await world.household('kim');
  const { token } = await kim.signsIn();
  const other = new Client(world, { token });
  const [partition, number] = (await world.position()).split('/');
  const ahead = `${partition}/${Number(number) + 6}`;
  const waits = other.get(`/app/v1/devices?after=${ahead}`);
  const stays = kim.app.get(`/app/v1/devices?after=${ahead}`);
  await until('both wait', async () => (await world.metric('requests_open')) >= 2);
  (await other.delete('/app/v1/sessions/current')).is(204);
  (await waits).is(401, 'UNAUTHENTICATED');
  for (let i = 0; i < 6; i += 1) await kim.app.makesNetwork(`n-${i}`);
  (await stays).is(200);
}, { read_wait: '1m' });
