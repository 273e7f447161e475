// consent_withdrawn -- does a withdrawal end everything at once, and does the vendor have
// to say that it knows?
import { until } from './wait.mjs';
import { assert, story } from './world.mjs';

async function lampAtHome(world) {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  const device = await kim.app.grants('lamp-1');
  const grant = await acme.receives('grant-created');
  return { acme, kim, device, grant };
}

story('after the withdrawal neither reports nor commands pass', async (world) => {
  const { acme, kim, device } = await lampAtHome(world);
  assert.equal((await acme.reports('lamp-1', { on: true })).status, 'accepted');
  const withdrawn = (await kim.app.withdraws(device.consentId)).is(200);
  assert.equal(withdrawn.status, 'withdrawn');

  const report = await acme.reports('lamp-1', { on: false });
  assert.equal(report.status, 'rejected');
  assert.equal(report.code, 'CONSENT_WITHDRAWN');
  assert.equal((await acme.connects('lamp-1', false)).code, 'CONSENT_WITHDRAWN');
  const wish = await kim.app.asks(device.deviceId, 'on', true);
  assert.ok([404, 409].includes(wish.status), `${wish.status} ${wish.text}`);
  assert.deepEqual(await kim.app.devices(), []);
});

story('a command that was not sent yet is cancelled by the withdrawal', async (world) => {
  const { acme, kim, device } = await lampAtHome(world);
  await acme.endpoint.close();
  const { commandId } = await kim.app.sets(device.deviceId, 'on', true, { validFor: 600 });
  (await kim.app.withdraws(device.consentId)).is(200);
  assert.equal((await kim.app.command(commandId)).status, 'cancelled');
  await acme.endpoint.open();
  await acme.receives('grant-withdrawn');
  const types = acme.endpoint.taken.map((event) => event.type);
  assert.equal(types.includes('piot.v1.command-requested'), false, types.join());
});

story('the vendor is told until it acknowledges', async (world) => {
  const { acme, kim, device } = await lampAtHome(world);
  let refusals = 2;
  acme.endpoint.answer('grant-withdrawn', () => ({ status: refusals-- > 0 ? 500 : 204 }));
  (await kim.app.withdraws(device.consentId)).is(200);
  const told = await acme.receives('grant-withdrawn');
  assert.equal(told.data.grantId, device.consentId);
  assert.equal(told.data.vendorDeviceId, 'lamp-1');
  assert.ok(new Date(told.data.acknowledgeBy) > new Date());
  assert.equal((await kim.app.consent(device.consentId)).acknowledgedAt, undefined);
  assert.equal((await acme.acknowledges(device.consentId)).status, 'accepted');
  assert.ok((await kim.app.consent(device.consentId)).acknowledgedAt);
});

story('the operator sees what is not acknowledged in time, and not of whom', async (world) => {
  const { acme, kim, device } = await lampAtHome(world);
  (await kim.app.withdraws(device.consentId)).is(200);
  const list = (query) => world.operator.get(`/operator/v1/withdrawals${query}`);
  const [open] = (await list('')).is(200).items;
  assert.equal(open.grantId, device.consentId);
  const [late] = await until('it is overdue', async () => {
    const { items } = (await list('?overdue=true')).is(200);
    return items.length > 0 && items;
  });
  const { acknowledgeBy } = open;
  const whole = { grantId: device.consentId, vendorId: acme.id, acknowledgeBy, overdue: true };
  assert.deepEqual(late, whole);
  assert.equal((await acme.acknowledges(device.consentId)).status, 'accepted');
  assert.deepEqual((await list('')).is(200).items, []);
}, { acknowledge_within: '1s' });

story('the answer to the notice may be the acknowledgement', async (world) => {
  const { acme, kim, device } = await lampAtHome(world);
  const stream = kim.app.follows();
  await stream.isOpen();
  const known = { status: 200, body: { status: 'acknowledged' } };
  acme.endpoint.answer('grant-withdrawn', () => known);
  assert.equal((await kim.app.delete(`/app/v1/devices/${device.deviceId}`)).status, 204);
  await stream.sees('withdrawal-acknowledged', (data) => data.consent === device.consentId);
});

story('a vendor cannot acknowledge what is live, nor what is another\'s', async (world) => {
  const { acme, device, kim } = await lampAtHome(world);
  const brio = await world.vendor('Brio');
  assert.equal((await acme.acknowledges(device.consentId)).code, 'GRANT_STILL_LIVE');
  (await kim.app.withdraws(device.consentId)).is(200);
  assert.equal((await brio.acknowledges(device.consentId)).code, 'GRANT_UNKNOWN');
});

story('a withdrawal nobody acknowledges is overdue', async (world) => {
  const { kim, device } = await lampAtHome(world);
  const stream = kim.app.follows();
  await stream.isOpen();
  (await kim.app.withdraws(device.consentId)).is(200);
  await stream.sees('withdrawal-overdue', (data) => data.consent === device.consentId);
}, { acknowledge_within: '1s' });

story('a device that is added again comes under references that link nothing', async (world) => {
  const { acme, kim, device, grant } = await lampAtHome(world);
  (await kim.app.withdraws(device.consentId)).is(200);
  await acme.detects(kim, 'lamp-1');
  const again = await kim.app.grants('lamp-1');
  assert.notEqual(again.deviceId, device.deviceId);
  const isAgain = ({ grantId }) => grantId === again.consentId;
  const regrant = await acme.receives('grant-created', isAgain);
  for (const name of ['grantId', 'detectionId', 'accountRef', 'networkRef'])
    assert.notEqual(regrant.data[name], grant.data[name], name);
  assert.equal((await acme.reports('lamp-1', { on: true })).status, 'accepted');
});
