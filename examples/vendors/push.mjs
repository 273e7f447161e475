// push.mjs -- a vendor's cloud that piot sends webhooks to. It needs nothing but Node 20.
//
//     PIOT=http://127.0.0.1:8080 VENDOR_ID=… SECRETS=… LISTEN=127.0.0.1:9000 STATE=FILE \
//       node push.mjs DEVICE ADDRESS
//
// It has one lamp, DEVICE, which called from ADDRESS (IPv6), and says so. Once somebody grants it,
// it tells how it is, and obeys. docs/vendors.md says more.
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const { PIOT, VENDOR_ID, SECRETS, LISTEN, STATE } = process.env;
const [lamp, ipv6Address] = process.argv.slice(2);
const secrets = SECRETS.split(' '); // more than one while you change them; the first one signs
const TOLERANCE_S = 300;
const SEEN_MAX = 10_000;
const BODY_MAX = 262_144;

// What has to outlive this process. A real cloud has a database for it.
let state = { grants: {}, values: { on: false, brightness: 40 }, answers: [] };
try { state = JSON.parse(readFileSync(STATE)); } catch { /* the first start */ }
function keep() {
  writeFileSync(`${STATE}.new`, JSON.stringify(state));
  renameSync(`${STATE}.new`, STATE);
}

// Standard Webhooks: of the id, the time and the bytes of the body as they are, before any parsing.
const signature = (secret, id, at, bytes) =>
  createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
    .update(`${id}.${at}.`).update(bytes).digest();

function isGenuine(headers, bytes) {
  const [id, at, list] = ['id', 'timestamp', 'signature'].map((name) => headers[`webhook-${name}`]);
  if (!id || !list || !/^\d+$/.test(at)) return false;
  if (Math.abs(Date.now() / 1000 - Number(at)) > TOLERANCE_S) return false;
  const right = secrets.map((secret) => signature(secret, id, at, bytes));
  return list.split(' ').filter((each) => each.startsWith('v1,')).some((each) => {
    const given = Buffer.from(each.slice('v1,'.length), 'base64');
    return right.some((one) => one.length === given.length && timingSafeEqual(one, given));
  });
}

// Says one thing to piot, as often as it takes. It keeps its id, so it counts once.
async function report(type, data) {
  const [id, time, source] = [randomUUID(), new Date().toISOString(), 'https://push.example/cloud'];
  const event = { specversion: '1.0', id, source, type: `piot.v1.${type}`, time, data };
  const body = JSON.stringify(event);
  for (let wait = 1; ; wait = Math.min(2 * wait, 60)) {
    const at = String(Math.floor(Date.now() / 1000));
    const headers = {
      'content-type': 'application/cloudevents+json', 'webhook-id': id, 'webhook-timestamp': at,
      'webhook-signature': `v1,${signature(secrets[0], id, at, body).toString('base64')}`,
    };
    const url = `${PIOT}/vendor/v1/${VENDOR_ID}/events`;
    const answer = await fetch(url, { method: 'POST', headers, body }).catch(() => undefined);
    const isForLater = !answer || answer.status === 429 || answer.status >= 500;
    if (!isForLater) return console.log(type, answer.status, await answer.text());
    await sleep(1000 * (Number(answer?.headers.get('retry-after')) || wait));
  }
}
const isGranted = () => Object.values(state.grants).includes(lamp);
const tellState = () => report('device-state-reported',
  { vendorDeviceId: lamp, observedAt: new Date().toISOString(), properties: state.values });

// By how the type ends, what to do, and what the answer says.
const hear = {
  'grant-created': (data) => { state.grants[data.grantId] = data.vendorDeviceId; },
  'grant-withdrawn': ({ grantId }) => delete state.grants[grantId] && { status: 'acknowledged' },
  'command-requested': ({ operation, name, input }) => {
    if (operation === 'writeProperty') state.values[name] = input;
    else if (name === 'toggle') state.values.on = !state.values.on;
    else return { status: 'failed', error: { code: 'not-supported' } };
    return { status: 'succeeded' };
  },
};

async function take(request, response) {
  if (!(request.headers['content-length'] <= BODY_MAX)) return response.writeHead(413).end();
  const parts = [];
  for await (const part of request) parts.push(part);
  const bytes = Buffer.concat(parts);
  if (!isGenuine(request.headers, bytes)) return response.writeHead(401).end();
  const { id, type, data } = JSON.parse(bytes);
  let known = state.answers.find(([which]) => which === id); // the webhook-id; it may come again
  if (!known) {
    known = [id, hear[type.replace(/^.*[.]v1[.]/, '')]?.(data)];
    state.answers = [...state.answers, known].slice(-SEEN_MAX);
    keep(); // before it is answered
  }
  response.writeHead(known[1] ? 200 : 204, { 'content-type': 'application/json' });
  response.end(known[1] && JSON.stringify(known[1]));
  if (isGranted()) await tellState();
}

createServer((request, response) => take(request, response).catch(() => response.destroy()))
  .listen(...LISTEN.split(':').reverse());
if (isGranted()) await tellState();
else await report('device-detected', { vendorDeviceId: lamp, thingModel: 'lamp', displayName: lamp,
  observation: { observedAt: new Date().toISOString(), ipv6Address } });
