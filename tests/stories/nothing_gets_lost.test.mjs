// A vendor that numbers its events is told which have not come: once, after they had time to
// come late, and none that did. What is refused has come as well.
import { now } from './vendor.mjs';
import { assert, story } from './world.mjs';
import { until } from './wait.mjs';

const number = (n) => String(n).padStart(20, '0');

// The numbers that the vendor has been asked for: [from, to] each.
function askedFor(acme) {
  return acme.endpoint.taken
    .filter(({ type }) => type === 'piot.v1.events-missing')
    .map(({ data }) => [data.fromSequence, data.toSequence]);
}

async function numbered(world) {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  await kim.app.grants('lamp-1');
  const event = (n, properties = { on: true }) =>
    acme.event('device-state-reported',
      { vendorDeviceId: 'lamp-1', observedAt: now(), properties }, { sequence: number(n) });
  return { acme, event, sends: async (...events) => (await acme.posts(events)).is(202).results };
}

story('a vendor is asked for what it left out, once', async (world) => {
  const { acme, event, sends } = await numbered(world);
  await sends(event(7), event(8), event(11));
  await sends(event(13, { on: 'neither' }), event(12), event(20));
  await until('it is asked for both', () => askedFor(acme).length === 2);
  assert.deepEqual(askedFor(acme).sort(), [
    [number(9), number(10)], [number(14), number(19)],
  ]);
  await sends(event(9), event(10));
  await world.restart();
  await sends(event(22));
  await until('it is asked for one more', () => askedFor(acme).length > 2);
  assert.deepEqual(askedFor(acme).slice(2), [[number(21), number(21)]]);
}, { missing_after: '50ms' });

story('what comes late is not asked for', async (world) => {
  const { acme, event, sends } = await numbered(world);
  await sends(event(1), event(5), event(3));
  await sends(event(2), event(4, { mood: 'fine' }));
  await sends(event(9));
  await until('it is asked for the rest', () => askedFor(acme).length > 0);
  assert.deepEqual(askedFor(acme), [[number(6), number(8)]]);
}, { missing_after: '5s' });

story('a number is 20 digits', async (world) => {
  const { acme, event } = await numbered(world);
  const wrong = ['1', number(1).slice(1), '9'.repeat(20), `${number(1)}0`, 'x'.repeat(20), 7];
  for (const sequence of wrong) {
    const [result] = (await acme.posts({ ...event(1), sequence })).is(202).results;
    assert.equal(result.pointer, '/sequence', JSON.stringify(sequence));
  }
  const most = { ...event(1), sequence: '18446744073709551615' };
  assert.equal((await acme.posts(most)).is(202).results[0].status, 'accepted');
});
