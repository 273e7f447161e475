// keys_are_exchanged -- can a vendor exchange what it proves itself with, of both kinds, without
// a gap, and see which of them it still uses?
import { Client } from './client.mjs';
import { until } from './wait.mjs';
import { assert, story } from './world.mjs';

const listed = async (acme, kind) => (await acme.get(acme.path(kind))).is(200).items;
const names = async (acme, kind) => (await listed(acme, kind)).map(({ keyId }) => keyId);
const told = (acme) => acme.event('withdrawal-acknowledged', { grantId: 'con_x' });

async function exchangeSecret(acme) {
  const next = (await acme.post(acme.path('keys'))).is(201);
  assert.deepEqual(await names(acme, 'keys'), [acme.signingKeyId, next.keyId]);
  for (const secret of [acme.secret, next.signingSecret])
    (await acme.posts(told(acme), { secret })).is(202);
  (await acme.delete(acme.path(`keys/${acme.signingKeyId}`))).is(204);
  (await acme.posts(told(acme))).is(401, 'UNAUTHENTICATED');
  (await acme.posts(told(acme), { secret: next.signingSecret })).is(202);
  (await acme.delete(acme.path(`keys/${next.keyId}`))).is(409, 'VENDOR_KEY_LAST');
  acme.secret = next.signingSecret;
  acme.endpoint.secrets.push(next.signingSecret);
}

async function exchangeApiKey(acme) {
  const next = (await acme.post(acme.path('api-keys'))).is(201);
  assert.match(next.apiKey, /^piot_v_/);
  assert.deepEqual(await names(acme, 'api-keys'), [acme.apiKeyId, next.keyId]);
  const before = new Client(acme.world, { token: acme.token });
  acme.token = next.apiKey;
  (await acme.delete(acme.path(`api-keys/${acme.apiKeyId}`))).is(204);
  (await before.get(acme.path('api-keys'))).is(401, 'UNAUTHENTICATED');
  assert.deepEqual(await names(acme, 'api-keys'), [next.keyId]);
  (await acme.delete(acme.path(`api-keys/${next.keyId}`))).is(409, 'VENDOR_KEY_LAST');
  (await acme.delete(acme.path(`keys/${next.keyId}`))).is(404, 'NOT_FOUND');
}

story('both kinds of keys are exchanged without a gap, the first ones too', async (world) => {
  const acme = await world.vendor('Acme');
  await exchangeSecret(acme);
  await exchangeApiKey(acme);
});

story('keys are exchanged while the vendor is suspended', async (world) => {
  const acme = await world.vendor('Acme');
  await world.operator.post(`/operator/v1/vendors/${acme.id}/suspend`);
  (await acme.put(acme.path('endpoint'), { url: acme.endpoint.url })).is(403,
    'VENDOR_NOT_APPROVED');
  await exchangeSecret(acme);
  await exchangeApiKey(acme);
});

story('a key that is used says so, and one that is not says nothing', async (world) => {
  const acme = await world.vendor('Acme');
  const begun = Date.now();
  for (const kind of ['keys', 'api-keys']) (await acme.post(acme.path(kind))).is(201);
  (await acme.posts(told(acme))).is(202);
  for (const kind of ['keys', 'api-keys']) {
    const [first, next] = await until(`${kind} are known to be used`, async () => {
      const items = await listed(acme, kind);
      return items[0].lastUsedAt && items;
    });
    assert.ok(Math.abs(Date.parse(first.lastUsedAt) - begun) < 60_000, first.lastUsedAt);
    assert.ok(first.createdAt <= first.lastUsedAt);
    assert.equal(next.lastUsedAt, undefined);
  }
});
