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

const from = (address) => ({ 'x-forwarded-for': address });
const PASSWORD = 'correct horse battery';

story('wrong guesses from elsewhere do not shut out who knows the password', async (world) => {
  const kim = await world.household('kim');
  const tries = (password, address) =>
    world.nobody.post('/app/v1/sessions', { login: kim.login, password }, from(address));
  for (let n = 0; n < 11; n++) (await tries('wrong', `198.51.100.${n}`)).is(401);
  for (let n = 0; n < 9; n++) (await tries('wrong', '203.0.113.9')).is(401);
  (await tries(PASSWORD, '203.0.113.9')).is(201);
  for (let n = 0; n < 10; n++) (await tries('wrong', '203.0.113.9')).is(401);
  const shut = await tries(PASSWORD, '203.0.113.9');
  shut.is(429, 'TOO_MANY_REQUESTS');
  assert.ok(Number(shut.headers['retry-after']) > 0);
  (await tries(PASSWORD, '203.0.113.10')).is(201);
});

story('wrong tries of an address are counted for all loops, right ones not', async (world) => {
  const kim = await world.household('kim');
  const close = { connection: 'close' }; // so that each comes by whatever loop
  const address = '2001:db8:7::';
  const right = { login: kim.login, password: PASSWORD };
  for (let n = 0; n < 12; n++)
    (await world.nobody.post('/app/v1/sessions', right, { ...close, ...from(`${address}${n}`) }))
      .is(201);
  const begun = Date.now();
  let wrong = 0;
  for (let n = 0; n < 60; n++) {
    const code = `0000-0000-0000-00${10 + n}`;
    const headers = { ...close, ...from(`${address}${n}`) };
    const answer = await world.nobody.post('/app/v1/activations', { code, password: PASSWORD },
      headers);
    if (answer.status === 403) wrong++;
    else answer.is(429, 'TOO_MANY_REQUESTS');
  }
  const comeBack = Math.ceil((Date.now() - begun) / 6000); // ten a minute, a part of one too
  assert.ok(wrong >= 10 && wrong <= 10 + comeBack, `${wrong} were tried`);
}, { loops: 4, sign_in_per_minute: 10 });
