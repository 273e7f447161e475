// web_push -- does a browser open what piotd sends it, and does a push service know whose it is?
//
// `http_ece` opens it, with the keys of a browser and nothing of ours; who sent it is proven by
// node's own crypto, with the key that the browser subscribed with.
//
// Planted bugs that this must notice, and did: signed with another key than the browser was
// given, sealed without the browser's secret.
import { assert, story } from '../stories/world.mjs';
import { PushService } from '../stories/push_service.mjs';
import { until } from '../stories/wait.mjs';

const A = '/app/v1';
const DAY_S = 86_400;

story('a browser opens the push that says a device waits', async (world) => {
  const service = world.helperOf(await new PushService().open());
  const kim = await world.household('kim');
  const acme = await world.vendor('Acme');
  const browser = service.browser();
  const { publicKey } = (await kim.app.get(`${A}/push-key`)).is(200);
  assert.equal(Buffer.from(publicKey, 'base64url').length, 65);
  (await kim.app.post(`${A}/push-subscriptions`, browser.subscription)).is(201);

  await acme.detects(kim, 'secret lamp');
  await until('the browser is told', () => browser.got.length === 1);
  const [{ push, headers, claims }] = browser.got;
  assert.deepEqual(push, {
    web_push: 8030,
    notification: {
      title: 'A device waits for your answer.',
      lang: 'en',
      tag: 'questions',
      navigate: `${world.url}/#/questions`,
    },
  });
  assert.equal(headers['content-encoding'], 'aes128gcm');
  assert.equal(headers['content-type'], 'application/octet-stream');
  assert.equal(headers.ttl, String(DAY_S));
  assert.equal(headers.urgency, 'high');
  assert.match(headers.topic, /^[\w-]{1,32}$/);
  assert.equal(claims.key, publicKey);
  assert.equal(claims.aud, service.origin);
  assert.equal(claims.sub, 'mailto:push@piot.example');
  const left = claims.exp - Date.now() / 1000;
  assert.ok(left > 0 && left <= DAY_S, `a token is good for ${left} s`);
  assert.deepEqual(service.wrong, []);
}, { push_contact: 'mailto:push@piot.example' });
