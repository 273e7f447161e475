// Does what vendors send keep its value, to the last digit, on its way through rules, log,
// views, apps and webhooks; and does what cannot be kept touch nothing beside it?
import { Client } from './client.mjs';
import { run } from './piotd.mjs';
import { now } from './vendor.mjs';
import { assert, story } from './world.mjs';
import { until } from './wait.mjs';

const gauge = {
  '@context': 'https://www.w3.org/2022/wot/td/v1.1',
  '@type': 'tm:ThingModel',
  title: 'Gauge',
  version: { model: '1.0.0' },
  properties: {
    total: { type: 'integer' },
    level: { type: 'number', multipleOf: 0.1 },
    label: {},
  },
};

async function granted(world) {
  const acme = await world.vendor('Acme', { models: [] });
  (await acme.put(acme.path('thing-models/gauge'), gauge)).is(201);
  const kim = await world.household('kim');
  await acme.detects(kim, 'gauge-1', 'gauge');
  const { deviceId } = await kim.app.grants('gauge-1');
  return { acme, kim, deviceId };
}

// A report whose properties are this very text.
function report(acme, properties) {
  const data = { vendorDeviceId: 'gauge-1', observedAt: now(), properties: 'HERE' };
  return JSON.stringify(acme.event('device-state-reported', data))
    .replace('"HERE"', () => properties);
}

const batch = { headers: { 'content-type': 'application/cloudevents-batch+json' } };
const nested = (depth) => '['.repeat(depth) + ']'.repeat(depth);

story('an event that does not parse rejects itself, and nothing of its batch', async (world) => {
  const { acme, kim, deviceId } = await granted(world);
  const there = '/data/properties/label';
  const labels = [
    ['"a\\u0000"', /NUL character/, there],
    ['"\\ud800"', /lone surrogate/, there],
    ['1e400', /too large/, there],
    ['1e-400', /too small/, there],
    ['{"a":1,"b":2,"a":3}', /twice/, `${there}/a`],
    ['[0,{"x.y/z~":1e400}]', /too large/, `${there}/1/x.y~1z~0`],
    [nested(40), /nested/, undefined],
    ['tru', /well-formed/, there],
    ['{"a":}', /well-formed/, `${there}/a`],
    ['"\t"', /well-formed/, there],
    ['01', /well-formed/, '/data/properties'],
  ];
  const good = (n) => report(acme, `{"total":${n}}`);
  const texts = labels.flatMap(([label], n) => [good(n), report(acme, `{"label":${label}}`)]);
  texts.push('', '{"specversion":}', 'null', good(99));
  const { results } = (await acme.posts(`[${texts.join(',')}]`, batch)).is(202);
  assert.equal(results.length, texts.length);
  labels.forEach(([label, why, pointer], n) => {
    const [taken, refused] = results.slice(2 * n);
    assert.equal(taken.status, 'accepted', label);
    assert.deepEqual({ ...refused, message: '' }, {
      index: 2 * n + 1, id: null, status: 'rejected', code: 'INVALID_ARGUMENT', message: '',
      ...(pointer && { pointer }),
    });
    assert.match(refused.message, why);
  });
  assert.deepEqual(results.slice(-4).map(({ status }) => status),
    ['rejected', 'rejected', 'rejected', 'accepted']);
  await kim.app.deviceShows(deviceId, 'total', 99);
});

story('bytes that are no text reject their event only', async (world) => {
  const { acme } = await granted(world);
  const [before, after] = report(acme, '{"label":"HERE"}').split('HERE');
  const [open, between, close] = ['[', `,${report(acme, '{"total":1}')}`, ']'];
  const body = Buffer.concat([
    Buffer.from(open + before), Buffer.from([0xc3, 0x28]), Buffer.from(after + between + close),
  ]);
  const as = { authorization: `Bearer ${acme.token}`, ...batch.headers };
  const { results } = (await acme.post(acme.path('events'), body, as)).is(202);
  assert.match(results[0].message, /UTF-8/);
  assert.equal(results[0].pointer, '/data/properties/label');
  assert.equal(results[1].status, 'accepted');
});

story('a number is the same wherever it is read', async (world) => {
  const { acme, kim, deviceId } = await granted(world);
  const rows = [
    ['9007199254740993', '9007199254740993'],
    ['18446744073709551615', '18446744073709551615'],
    ['-9223372036854775809', '-9223372036854775809'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['9007199254740993.0', '9007199254740993'],
    ['30.0', '30'],
    ['3e1', '30'],
    ['-0.0', '0'],
  ];
  const path = `/app/v1/devices/${deviceId}/properties/total`;
  for (const [sent, kept] of rows) {
    const { results } = (await acme.posts(report(acme, `{"total":${sent}}`))).is(202);
    assert.equal(results[0].status, 'accepted', sent);
    await until(`total is ${kept}`, async () => (await kim.app.get(path)).text === kept);
  }
  for (const sent of ['0.3', '21.7', '-5', '1e20'])
    assert.equal((await acme.reports('gauge-1', { level: Number(sent) })).status, 'accepted', sent);
  const { code, pointer } = await acme.reports('gauge-1', { level: 0.35 });
  assert.deepEqual([code, pointer], ['INVALID_ARGUMENT', '/data/properties/level']);

  const asked = { role: 'auditor', name: 'ada', personal: true };
  const { token } = (await world.operator.post('/operator/v1/tokens', asked)).is(201);
  const auditor = new Client(world, { token });
  const log = (await auditor.get('/audit/v1/events?type=device-state-reported')).text;
  await world.piotd.stop();
  const how = ['--data', world.piotd.data, '--once', '--personal', '--lines', '200', '--json'];
  const tail = await run('piot', ['tail', ...how]);
  for (const [, kept] of rows) {
    assert.ok(log.includes(`:${kept}}`), `the auditor reads ${kept}`);
    assert.ok(tail.out.includes(`:${kept}}`), `piot tail tells ${kept}`);
  }
  await world.piotd.start();
});

story('a command took effect when the same value is reported, in any spelling', async (world) => {
  const { acme, kim, deviceId } = await granted(world);
  const ask = async (input) => {
    const wish = `{"operation":"writeProperty","name":"total","input":${input},"validFor":30.0}`;
    return (await kim.app.post(`/app/v1/devices/${deviceId}/commands`, wish)).is(202).commandId;
  };
  const rows = [
    ['30.0', '30', '3e1', 'true'],
    ['18446744073709551616', '18446744073709551616', '18446744073709551616.0', 'true'],
    ['18446744073709551616', '18446744073709551616', '18446744073709551617', 'false'],
  ];
  for (const [asked, told, reported, effective] of rows) {
    const commandId = await ask(asked);
    await acme.receives('command-requested', (data) => data.commandId === commandId);
    const { body } = acme.endpoint.attempts.find(({ event }) => event.data.commandId === commandId);
    assert.ok(body.includes(`"input":${told},`), body);
    await acme.concludes(commandId, 'succeeded');
    (await acme.posts(report(acme, `{"total":${reported}}`))).is(202);
    await until(`it is ${effective} that ${asked} took effect`, async () =>
      (await kim.app.command(commandId)).effective === effective);
  }
});
