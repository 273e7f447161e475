// live_without_asking -- does the stream alone tell an app all that its screens show?
import { ago } from './vendor.mjs';
import { assert, story } from './world.mjs';

async function lampAtHome(world) {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const stream = kim.app.follows();
  await stream.isOpen();
  await acme.detects(kim, 'lamp-1');
  return { acme, kim, stream };
}

// Planted bugs: the vendor's name was left out; the question was shown and nobody noted it.
story('a question comes with all that its card shows, and was shown then', async (world) => {
  const { kim, stream } = await lampAtHome(world);
  const { data } = await stream.sees('consent-requested');
  assert.equal(data.vendorName, 'Acme');
  await stream.sees('consent-notified', ({ consent }) => consent === data.consent);
  assert.deepEqual(data.shown, (await kim.app.get(`/app/v1/inbox/${data.consent}`)).is(200));
});

story('a question that was answered meanwhile is shown to nobody who catches up', async (world) => {
  const { kim, stream } = await lampAtHome(world);
  const { data, position } = await stream.sees('consent-requested');
  const { consentId } = await kim.app.isAsked('lamp-1');
  (await kim.app.decides(consentId, 'later')).is(200);
  (await kim.app.undoes(consentId)).is(200);
  const { data: reopened } = await stream.sees('consent-reopened');
  assert.equal(reopened.shown.consentId, data.consent);
  await kim.app.grants('lamp-1');
  const before = `1/${Number(position.split('/')[1]) - 1}`;
  const late = kim.app.follows(before);
  assert.equal((await late.sees('consent-requested')).data.shown, null);
});

// Planted bug: device-placed was not among those that show the device.
story('a device that comes or changes comes with what GET shows of it', async (world) => {
  const { kim, stream } = await lampAtHome(world);
  const { deviceId } = await kim.app.grants('lamp-1');
  const same = async (type) => {
    const { data } = await stream.sees(type);
    assert.equal(data.device, deviceId);
    assert.deepEqual(data.shown, await kim.app.device(deviceId));
  };
  await same('device-added');
  const path = `/app/v1/devices/${deviceId}`;
  (await kim.app.call('PATCH', path, { name: 'Bedside' })).is(200);
  await same('device-renamed');
  (await kim.app.call('PATCH', path, { room: 'Bedroom' })).is(200);
  await same('device-placed');
  const { networkId } = await kim.app.makesNetwork('Cabin');
  const network = (await kim.app.get(`/app/v1/networks/${networkId}`)).is(200);
  const made = await stream.sees('network-created', (data) => data.network === networkId);
  assert.deepEqual(made.data.shown, network);
});

// Planted bug: the commands of every report that named the property were told of, whichever
// report had the word.
story('a command comes with its state, a report with what it decides', async (world) => {
  const { acme, kim, stream } = await lampAtHome(world);
  const { deviceId } = await kim.app.grants('lamp-1');
  const { commandId } = await kim.app.sets(deviceId, 'on', true);
  const { data } = await stream.sees('command-sent', ({ command }) => command === commandId);
  assert.deepEqual(
    [data.shown.commandId, data.shown.input, data.shown.effective],
    [commandId, true, 'unknown'],
  );
  await acme.reports('lamp-1', { on: true });
  const { data: report } = await stream.sees('device-state-reported');
  assert.deepEqual(report.commands, [await kim.app.command(commandId)]);
  assert.equal(report.commands[0].effective, 'true');
  const late = { vendorDeviceId: 'lamp-1', observedAt: ago(3_600_000), properties: { on: false } };
  await acme.tells('device-state-reported', late);
  const old = await stream.sees('device-state-reported', ({ properties }) => !properties.on);
  assert.equal('commands' in old.data, false);
  const [first] = await kim.app.history('?type=device-state-reported');
  assert.equal(first.data.vendorName, 'Acme');
  assert.equal('shown' in first.data || 'commands' in first.data, false);
});
