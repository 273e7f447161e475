// nobody_is_shut_out -- can strangers, or one caller, keep the others out?
//
// Tried with planted bugs: one bucket of an address for all who sign, and a token that is not
// looked at again when the body took a while.
import net from 'node:net';
import { assert, story } from './world.mjs';
import { now } from './vendor.mjs';

// Says it on a connection of its own, and no more: what is answered until the other end closes.
function says(world, text) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(new URL(world.url).port, '127.0.0.1', () => socket.write(text));
    let heard = '';
    socket.on('data', (bytes) => (heard += bytes));
    socket.on('end', () => (socket.destroy(), resolve(heard)));
    socket.on('error', reject);
  });
}

// The head of a request with a body that does not come.
const head = (path, ...lines) =>
  [`POST ${path} HTTP/1.1`, 'Host: x', 'Content-Length: 100000', ...lines, '', ''].join('\r\n');

story('a body is not awaited of who has no good token', async (world) => {
  const acme = await world.vendor('Acme', { endpoint: false });
  for (const lines of [[], ['Authorization: Bearer piot_v_nonsense'], ['Expect: 100-continue']]) {
    const heard = await says(world, head(acme.path('events'), ...lines));
    assert.match(heard, /^HTTP\/1\.1 401 /);
    assert.match(heard, /\r\nWWW-Authenticate: Bearer /);
    assert.match(heard, /"code":"UNAUTHENTICATED"/);
  }
  const foreign = `Authorization: Bearer ${acme.token}`;
  assert.match(await says(world, head('/operator/v1/vendors', foreign)), /^HTTP\/1\.1 403 /);
  assert.match(await says(world, head('/nowhere')), /^HTTP\/1\.1 404 /);
  assert.match(await says(world, head('/livez')), /^HTTP\/1\.1 405 /);
});

story('a token that ends while the body comes is not good any more', async (world) => {
  const asked = { role: 'operator', name: 'brief' };
  const { token, tokenId } = (await world.operator.post('/operator/v1/tokens', asked)).is(201);
  const socket = net.connect(new URL(world.url).port, '127.0.0.1');
  let heard = '';
  socket.on('data', (bytes) => (heard += bytes));
  const body = JSON.stringify({ name: 'Acme' });
  socket.write(`POST /operator/v1/vendors HTTP/1.1\r\nHost: x\r\nConnection: close\r\n` +
    `Expect: 100-continue\r\nAuthorization: Bearer ${token}\r\n` +
    `Content-Length: ${body.length}\r\n\r\n`);
  await new Promise((resolve) => socket.once('data', resolve));
  assert.match(heard, /^HTTP\/1\.1 100 /, 'the head was looked at');
  socket.write(body.slice(0, 1));
  (await world.operator.delete(`/operator/v1/tokens/${tokenId}`)).is(204);
  socket.end(body.slice(1));
  await new Promise((resolve) => socket.once('close', resolve));
  assert.match(heard, /\r\n\r\nHTTP\/1\.1 401 /);
});

story('who signs in a vendor\'s name uses up no bucket but its own', async (world) => {
  const acme = await world.vendor('Acme', { endpoint: false });
  const brio = await world.vendor('Brio', { endpoint: false });
  const event = (vendor) =>
    vendor.event('device-connectivity-changed', {
      vendorDeviceId: 'lamp-1', observedAt: now(), online: true,
    });
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const forged = () => acme.posts(event(acme), { secret });
  let last = await forged();
  for (let n = 0; n < 200 && last.status === 401; n++) last = await forged();
  last.is(429, 'TOO_MANY_REQUESTS');
  assert.ok(Number(last.headers['retry-after']) > 0);
  (await brio.posts(event(brio))).is(202);
  const elsewhere = { headers: { 'x-forwarded-for': '198.51.100.7' } };
  (await acme.posts(event(acme), elsewhere)).is(202);
}, { rate_per_second: 1, rate_burst: 60 });
