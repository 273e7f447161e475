// endpoints_misbehave -- a vendor's server refuses, hangs, asks for time, or cannot be reached by
// our own fault: do its other devices, and other vendors, get what is theirs meanwhile?
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { assert, inWorld, story, World } from './world.mjs';
import { run } from './piotd.mjs';
import { until } from './wait.mjs';

const SECOND = 1000;

async function lampOf(world, household, vendor, name) {
  await vendor.detects(household, name);
  const device = await household.app.grants(name);
  await vendor.receives('grant-created', (data) => data.vendorDeviceId === name);
  return device;
}

const fades = async ({ app }, { deviceId }, brightness) => {
  const input = { brightness, seconds: 0 };
  const wish = { operation: 'invokeAction', name: 'fade', input, validFor: 3600 };
  return (await app.post(`/app/v1/devices/${deviceId}/commands`, wish)).is(202).commandId;
};
const triesOf = ({ endpoint }, id) =>
  endpoint.attempts.filter(({ event }) => event.data.commandId === id);
const tried = (vendor) => vendor.endpoint.attempts.length;

// Has an endpoint's breaker open: it is left alone.
async function isLeftAlone(vendor, household) {
  vendor.endpoint.usual = () => ({ status: 500 });
  for (let i = 0; i < 6; i++) {
    await vendor.detects(household, `down-${i}`);
    await household.app.grants(`down-${i}`);
  }
  await until('nothing has come for a second', () =>
    tried(vendor) >= 6 && performance.now() - vendor.endpoint.attempts.at(-1).at > SECOND);
}

story('what is refused for good holds its device up for a while only', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const lamp = await lampOf(world, kim, acme, 'lamp-1');
  let refused;
  acme.endpoint.answer('command-requested', ({ data }) => {
    refused ??= data.commandId;
    return { status: data.commandId === refused ? 400 : 204 };
  });
  const first = await fades(kim, lamp, 1);
  const second = await fades(kim, lamp, 2);
  await until('the second gets through', () => triesOf(acme, second).length === 1);
  const before = triesOf(acme, first).length;
  assert.equal(before, 5, 'as often as webhook_refusals_max says');
  refused = 'none';
  await until('the first does, too', () => triesOf(acme, first).at(-1).answered === 204);
});

story('a vendor that calls is called at once, though its endpoint was left alone',
  async (world) => {
    const acme = await world.vendor('Acme');
    const kim = await world.household('kim');
    await lampOf(world, kim, acme, 'lamp-1');
    await isLeftAlone(acme, kim);
    acme.endpoint.usual = () => ({ status: 204 });
    const before = tried(acme);
    const at = performance.now();
    assert.equal((await acme.reports('lamp-1', { on: true })).status, 'accepted');
    await until('it is called', () => tried(acme) > before);
    assert.ok(performance.now() - at < 1500, 'at once, not when its rest is over');
  }, { prompts_open_max: 100, vendor_prompts_open_max: 100 });

story('nothing is sent to one that pauses, until it calls us', async (world) => {
  const acme = await world.vendor('Acme');
  const brio = await world.vendor('Brio');
  const kim = await world.household('kim');
  const lamp = await lampOf(world, kim, acme, 'lamp-1');
  const other = await lampOf(world, kim, brio, 'other');
  const headers = { 'webhook-delivery': 'pause', 'retry-after': '600' };
  acme.endpoint.usual = () => ({ status: 204, headers });
  const first = await fades(kim, lamp, 1);
  await kim.app.commandBecomes(first, 'sent'); // its status counts as usual
  const before = tried(acme);
  const second = await fades(kim, lamp, 2);
  for (let i = 0; i < 5; i++) await kim.app.commandBecomes(await fades(kim, other, i), 'sent');
  assert.equal(tried(acme), before);
  acme.endpoint.usual = () => ({ status: 204 });
  await acme.reports('lamp-1', { on: true });
  await until('it goes on', () => triesOf(acme, second).length === 1);
});

story('Retry-After may be a date', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const lamp = await lampOf(world, kim, acme, 'lamp-1');
  let until_;
  acme.endpoint.answer('command-requested', () => {
    if (until_) return { status: 204 };
    until_ = new Date(Date.now() + 3 * SECOND);
    return { status: 429, headers: { 'retry-after': until_.toUTCString() } };
  });
  const id = await fades(kim, lamp, 1);
  await until('it gets through', () => triesOf(acme, id).length === 2);
  assert.ok(Date.now() >= until_.getTime() - SECOND, 'not before then, to the second');
}, { webhook_retry_max: '10s' });

story('eight vendors that hang delay no other', async (world) => {
  const kim = await world.household('kim');
  const quick = await world.vendor('Quick');
  const lamp = await lampOf(world, kim, quick, 'quick-1');
  for (let i = 0; i < 8; i++) {
    const slow = await world.vendor(`Slow${i}`);
    for (let n = 0; n < 2; n++) await lampOf(world, kim, slow, `slow-${i}-${n}`);
    slow.endpoint.usual = () => new Promise(() => {});
    const { items } = (await kim.app.get('/app/v1/devices?limit=200')).is(200);
    for (const device of items.filter(({ name }) => name.startsWith(`slow-${i}-`)))
      await fades(kim, device, 1);
    await until('they hang', () => tried(slow) === 4);
  }
  const at = performance.now();
  const id = await fades(kim, lamp, 1);
  await until('the other is called', () => triesOf(quick, id).length === 1);
  assert.ok(performance.now() - at < 2 * SECOND);
}, { prompts_open_max: 100, webhooks_at_once: 8, webhooks_per_vendor: 2, webhook_limit: '20s' });

story('what could not be sent by our own fault was no try', async (world) => {
  const acme = await world.vendor('Acme', { endpoint: false });
  const nowhere = { url: 'https://no-such-name.invalid/piot' };
  (await acme.put(acme.path('endpoint'), nowhere)).is(200);
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  await kim.app.grants('lamp-1');
  const waits = () => acme.get(acme.path('deliveries?type=piot.v1.grant-created'));
  const delivery = await until('it could not be sent', async () => {
    const { items } = (await waits()).is(200);
    return items.find(({ reason }) => reason);
  });
  assert.equal(delivery.reason, 'its name could not be resolved');
  assert.equal(delivery.attempt, 0);
  assert.equal((await acme.get(acme.path('endpoint'))).is(200).failures, 0);
  (await acme.put(acme.path('endpoint'), { url: acme.endpoint.url })).is(200);
  await acme.receives('grant-created');
});

story('an endpoint that hangs is tried out for no longer than it may take', async (world) => {
  const acme = await world.vendor('Acme');
  acme.endpoint.usual = () => new Promise(() => {});
  const at = performance.now();
  const { httpStatus, reason, latencyMs } = (await acme.post(acme.path('test-notification')))
    .is(200);
  assert.equal(httpStatus, undefined);
  assert.equal(reason, 'no answer in time');
  assert.ok(latencyMs >= 500 && performance.now() - at < 3 * SECOND);
}, { webhook_limit: '1s' });

story('where webhooks may go is said when an endpoint is set', async (world) => {
  const acme = await world.vendor('Acme', { endpoint: false });
  const wrong = ['https://acme.example/hook?key=1', 'http://127.0.0.1:9/hook',
    'https://127.0.0.1/hook', 'https://10.0.0.1/', 'https://[::1]/', 'https://localhost/hook'];
  for (const url of wrong) {
    const answer = await acme.put(acme.path('endpoint'), { url });
    assert.equal(answer.status, 400, url);
    assert.match(answer.is(400, 'INVALID_ARGUMENT').message, /^url has to be/);
  }
  (await acme.put(acme.path('endpoint'), { url: 'https://acme.example/hook' })).is(200);
}, { allow_private_endpoints: 'no' });

// -- an authority of one's own ---------------------------------------------------------------

function authority(folder) {
  const at = (name) => path.join(folder, name);
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt',
    'ec_paramgen_curve:P-256', '-nodes', '-days', '1', '-subj', '/CN=staging',
    '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', at('key.pem'), '-out', at('ca.pem')],
  { stdio: 'ignore' });
  return { file: at('ca.pem'), key: readFileSync(at('key.pem')), cert: readFileSync(at('ca.pem')) };
}

story('an authority that the operator names vouches for endpoints', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'piot-ca-'));
  try {
    const { file, key, cert } = authority(folder);
    for (const [settings, reason] of [
      [{ webhook_ca_file: file }, undefined],
      [{}, 'its certificate could not be verified'],
    ]) {
      const world = await World.open(settings);
      await inWorld(world, async () => {
        const acme = await world.vendor('Acme', { endpoint: false });
        await acme.endpoint.close();
        acme.endpoint.tls = { key, cert };
        await acme.endpoint.open();
        (await acme.put(acme.path('endpoint'), { url: acme.endpoint.url })).is(200);
        const came = (await acme.post(acme.path('test-notification'))).is(200);
        assert.equal(came.reason, reason);
      });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

story('a file without authorities is refused at the start', async (world) => {
  for (const file of [path.join(world.data, 'none.pem'), '/etc/hostname']) {
    const data = path.join(world.data, 'another');
    const { code, errors } = await run('piotd',
      ['--data', data, '--listen', '127.0.0.1:0', '--set', `webhook_ca_file=${file}`]);
    assert.notEqual(code, 0);
    assert.match(errors, /cannot read the authorities|holds no PEM certificate/);
  }
});
