// A vendor, and the operator, see what became of every webhook, and have it sent again.
import { Client } from './client.mjs';
import { until } from './wait.mjs';
import { assert, story } from './world.mjs';

const quickly = {
  webhook_retry_first: '20ms', webhook_retry_max: '50ms',
  webhook_tried_for: '1s', webhook_attempts_min: 2,
};

// A denial's notice is given up, in time: no vendor has to know of it in the end.
async function withADeadLetter(world, told) {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  acme.endpoint.answer('grant-refused', told ?? (() => ({ status: 500, body: { sorry: 'busy' } })));
  await acme.detects(kim, 'lamp-1');
  const { consentId } = await kim.app.isAsked('lamp-1');
  (await kim.app.decides(consentId, 'deny')).is(200);
  const list = () => acme.get(acme.path('deliveries?status=dead'));
  const [dead] = await until('a delivery is given up', async () => {
    const { items } = (await list()).is(200);
    return items.length > 0 && items;
  });
  return { acme, kim, dead };
}

story('every attempt is on record, with what was answered', async (world) => {
  const { acme, dead } = await withADeadLetter(world);
  assert.equal(dead.type, 'piot.v1.grant-refused');
  assert.equal(dead.reason, 'answered 500');
  const whole = (await acme.get(acme.path(`deliveries/${dead.deliveryId}`))).is(200);
  assert.equal(whole.attempts.length, whole.attempt);
  assert.ok(whole.attempt >= 2);
  for (const each of whole.attempts) {
    assert.equal(each.httpStatus, 500);
    assert.equal(each.answer, '{"sorry":"busy"}');
    assert.ok(Number.isInteger(each.latencyMs));
  }
  const sent = acme.endpoint.attempts.find(({ event }) => event.type === dead.type);
  assert.deepEqual(whole.event.data, sent.event.data);
  const health = (await acme.get(acme.path('endpoint'))).is(200);
  assert.equal(health.state, 'healthy'); // for less than a day
  assert.equal(health.failures, whole.attempt);
  assert.equal(health.lastError, 'answered 500');
}, { ...quickly, undo_for: '0s' });

story('whoever reads figures sees how a vendor gets on, and opens and sends nothing',
  async (world) => {
    const { acme, dead } = await withADeadLetter(world);
    const asked = { role: 'reader', name: 'wall' };
    const { token } = (await world.operator.post('/operator/v1/tokens', asked)).is(201);
    const reader = new Client(world, { token });
    const { endpoint, deliveries } =
      (await reader.get(`/operator/v1/vendors/${acme.id}/figures`)).is(200);
    assert.deepEqual(endpoint, (await acme.get(acme.path('endpoint'))).is(200));
    assert.deepEqual(deliveries, { pending: 0, dead: 1 });
    const list = `/operator/v1/deliveries?vendor=${acme.id}&status=dead`;
    assert.deepEqual((await reader.get(list)).is(200).items, [dead]);
    const one = `/operator/v1/deliveries/${dead.deliveryId}`;
    (await reader.get(one)).is(403, 'PERMISSION_DENIED');
    (await reader.post(`${one}/redeliver`)).is(403, 'PERMISSION_DENIED');
  }, { ...quickly, undo_for: '0s' });

story('a dead letter is sent once more, by its vendor or the operator, alone or with others',
  async (world) => {
    const { acme, kim, dead } = await withADeadLetter(world);
    const again = acme.path(`deliveries/${dead.deliveryId}/redeliver`);
    const settles = (status) => until(`it is ${status}`, async () => {
      const now = (await acme.get(acme.path(`deliveries/${dead.deliveryId}`))).is(200);
      return now.status === status && now;
    });
    assert.deepEqual((await acme.post(again)).is(202), { count: 1 });
    await settles('dead'); // it still answers 500
    acme.endpoint.answer('grant-refused', () => ({ status: 204 }));
    assert.deepEqual((await acme.post(acme.path('deliveries/redeliver'), {})).is(202),
      { count: 1 });
    await settles('delivered');
    assert.deepEqual((await acme.post(acme.path('deliveries/redeliver'), {})).is(202),
      { count: 0 });
    const before = acme.endpoint.attempts.length;
    const { operator } = world;
    const mine = `/operator/v1/deliveries/${dead.deliveryId}`;
    assert.deepEqual((await operator.post(`${mine}/redeliver`)).is(202), { count: 1 });
    await until('it comes once more', () => acme.endpoint.attempts.length > before);
    const ids = acme.endpoint.attempts.map(({ headers }) => headers['webhook-id']);
    assert.equal(new Set(ids).size, 1, 'under the same id each time');
    await settles('delivered');
    const seen = (await operator.get(mine)).is(200);
    assert.equal(seen.vendorId, acme.id);
    const all = await operator.all(`/operator/v1/deliveries?vendor=${acme.id}&status=delivered`);
    assert.deepEqual(all.map(({ deliveryId }) => deliveryId), [dead.deliveryId]);
    (await operator.get('/operator/v1/deliveries')).is(400, 'INVALID_ARGUMENT');
    const looks = await kim.app.all('/app/v1/me/access-log?kind=looked');
    assert.equal(looks.length, 1, 'the person sees that somebody looked');
  }, { ...quickly, undo_for: '0s' });

story('of a device all that was told is found by its name, and nobody else’s', async (world) => {
  const acme = await world.vendor('Acme');
  const brio = await world.vendor('Brio');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  await acme.detects(kim, 'lamp-2');
  const device = await kim.app.grants('lamp-1');
  await kim.app.grants('lamp-2');
  await acme.receives('grant-created', ({ vendorDeviceId }) => vendorDeviceId === 'lamp-2');
  (await kim.app.withdraws(device.consentId)).is(200);
  await acme.receives('grant-withdrawn');
  const lamp = { vendorDeviceId: 'lamp-1' };
  const found = (await acme.post(acme.path('deliveries/find'), lamp)).is(200);
  assert.deepEqual(found.items.map(({ type }) => type),
    ['piot.v1.grant-withdrawn', 'piot.v1.grant-created'], 'the newest first');
  const theirs = await brio.post(brio.path('deliveries/find'), lamp);
  assert.deepEqual(theirs.is(200).items, []);
  const [{ deliveryId }] = found.items;
  (await brio.get(brio.path(`deliveries/${deliveryId}`))).is(404, 'DELIVERY_UNKNOWN');
  (await brio.post(brio.path(`deliveries/${deliveryId}/redeliver`))).is(404, 'DELIVERY_UNKNOWN');
  const all = await acme.all(acme.path('deliveries?limit=1'));
  assert.equal(all.length, 3);
  const from = encodeURIComponent(all[0].createdAt);
  const newest = (await acme.get(acme.path(`deliveries?from=${from}`))).is(200);
  assert.deepEqual(newest.items.map((each) => each.deliveryId), [deliveryId]);
  const none = (await acme.get(acme.path(`deliveries?to=${encodeURIComponent(all[2].createdAt)}`)));
  assert.deepEqual(none.is(200).items, []);
});

story('what a forgotten person’s webhooks said is gone', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  acme.endpoint.answer('grant-created', () => ({ status: 200, body: { hello: 'kim' } }));
  await acme.detects(kim, 'lamp-1');
  await kim.app.grants('lamp-1');
  await acme.receives('grant-created');
  const [{ deliveryId }] = (await acme.get(acme.path('deliveries'))).is(200).items;
  const one = () => acme.get(acme.path(`deliveries/${deliveryId}`));
  await until('the answer is on record', async () => (await one()).is(200).attempts[0]?.answer);
  (await kim.app.erasesAll()).is(202);
  await until('what was said is gone', async () => {
    const { event, attempts } = (await one()).is(200);
    return !event && attempts.every(({ answer }) => !answer);
  });
});
