// standardwebhooks -- do signatures made by somebody else's libraries pass here, and do ours
// pass there, while secrets are changed? They are `standardwebhooks` and `svix`.
//
// Tried with a planted bug: a piotd whose signature_make() signed "id.timestamp.id" sent
// nothing that `standardwebhooks` would verify, and failed all tests but the fifth.
import { randomUUID } from 'node:crypto';
import { assert, story } from '../stories/world.mjs';
import { until } from '../stories/wait.mjs';
import { SvixWebhook, Webhook } from './packages.mjs';

const libraries = [Webhook, SvixWebhook];

const signs = (secret, attempt) => {
  const opinions = libraries.map((Library) => {
    try {
      new Library(secret).verify(attempt.body, attempt.headers);
      return true;
    } catch {
      return false;
    }
  });
  assert.equal(new Set(opinions).size, 1, 'the libraries agree');
  return opinions[0];
};

async function another(vendor) {
  return (await vendor.post(vendor.path('keys'))).is(201);
}

async function notified(vendor) {
  const before = vendor.endpoint.attempts.length;
  (await vendor.post(vendor.path('test-notification'))).is(200);
  await until('the notification arrives', () => vendor.endpoint.attempts.length > before);
  return vendor.endpoint.attempts.at(-1);
}

story('the libraries take what the courier sends', async (world) => {
  const acme = await world.vendor('Acme');
  const attempt = await notified(acme);
  assert.ok(signs(acme.secret, attempt));
  assert.equal(attempt.headers['webhook-id'], attempt.event.id);
  assert.match(attempt.headers['webhook-timestamp'], /^[1-9][0-9]*$/);
  assert.match(attempt.headers['webhook-signature'], /^v1,[A-Za-z0-9+/]{43}=$/);
  assert.match(attempt.headers['content-type'], /^application\/cloudevents\+json/);
});

story('the libraries tell a body that was changed, and a stale one', async (world) => {
  const acme = await world.vendor('Acme');
  const attempt = await notified(acme);
  assert.equal(signs(acme.secret, { ...attempt, body: `${attempt.body} ` }), false);
  const old = { ...attempt.headers, 'webhook-timestamp': '1700000000' };
  assert.equal(signs(acme.secret, { ...attempt, headers: old }), false);
});

story('while secrets overlap, webhooks carry a signature of each', async (world) => {
  const acme = await world.vendor('Acme');
  const next = await another(acme);
  const during = await notified(acme);
  assert.equal(during.headers['webhook-signature'].split(' ').length, 2);
  assert.ok(signs(acme.secret, during));
  assert.ok(signs(next.signingSecret, during));
});

story('a secret that was ended is good for nothing, either way', async (world) => {
  const acme = await world.vendor('Acme');
  const next = await another(acme);
  const third = await another(acme);
  (await acme.delete(acme.path(`keys/${next.keyId}`))).is(204);
  acme.endpoint.secrets.push(third.signingSecret);
  const after = await notified(acme);
  assert.equal(signs(next.signingSecret, after), false);
  assert.ok(signs(third.signingSecret, after));
  const event = acme.event('withdrawal-acknowledged', { grantId: 'con_x' });
  (await acme.posts(event, { secret: next.signingSecret })).is(401, 'UNAUTHENTICATED');
  (await acme.posts(event, { secret: third.signingSecret })).is(202);
  (await acme.posts(event)).is(202);
});

story('what the libraries sign is taken, by any good secret of a list', async (world) => {
  const acme = await world.vendor('Acme');
  const next = await another(acme);
  const foreign = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
  const post = (secrets, more = []) => {
    const body = JSON.stringify(acme.event('withdrawal-acknowledged', { grantId: 'con_x' }));
    const id = `msg_${randomUUID()}`;
    const at = new Date();
    const list = secrets.map((secret, n) => new libraries[n % 2](secret).sign(id, at, body));
    const headers = {
      ...acme.signed(body, { id, at }),
      'content-type': 'application/cloudevents+json',
      'webhook-signature': [...more, ...list].join(' '),
    };
    return acme.post(acme.path('events'), body, headers);
  };
  (await post([acme.secret])).is(202);
  (await post([next.signingSecret])).is(202);
  (await post([foreign, next.signingSecret], ['v1a,ed25519-is-passed-over'])).is(202);
  (await post([foreign])).is(401, 'UNAUTHENTICATED');
  (await post([])).is(401, 'UNAUTHENTICATED');
});

story('bodies of any letters keep their signature', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const name = 'Lämpchen 💡 "quoted" \\ </b>';
  await acme.detects(kim, 'lamp-1', 'lamp', { displayName: name });
  await kim.app.grants(name);
  await acme.detects(kim, 'ключ-2', 'lamp', { displayName: 'second' });
  await kim.app.grants('second');
  const isSecond = (data) => data.vendorDeviceId === 'ключ-2';
  const grant = await acme.receives('grant-created', isSecond);
  assert.ok(grant.data.grantId);
});
