// other_origins -- can the web app of somebody else follow a home, if the operator lets it, and
// nobody else's?
//
// Tried with planted bugs: a listed origin that was recognized by its port, errors of the server's
// own that were not shown to it, and a ticket for a device that opened the stream.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Stream } from './stream.mjs';
import { until } from './wait.mjs';
import { assert, story } from './world.mjs';

const A = '/app/v1';
const HOME = 'https://home.example';
const origins = { app_origins: `https://old.example, ${HOME}` };

const corsOf = ({ headers }) =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-'));

story('a page of a listed origin may call the app\'s interface with a token', async (world) => {
  const kim = await world.household('kim');
  const preflight = await world.nobody.call('OPTIONS', `${A}/networks`, undefined, {
    origin: HOME, 'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type,idempotency-key',
  });
  preflight.is(204);
  assert.equal(preflight.headers['access-control-allow-origin'], HOME);
  assert.match(preflight.headers['access-control-allow-methods'], /\bPOST\b/);
  for (const name of ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match'])
    assert.match(preflight.headers['access-control-allow-headers'], new RegExp(`\\b${name}\\b`));
  assert.ok(Number(preflight.headers['access-control-max-age']) > 0);

  const made = await kim.app.post(`${A}/networks`, { name: 'Attic' }, { origin: HOME });
  made.is(201);
  assert.equal(made.headers['access-control-allow-origin'], HOME);
  assert.equal(made.headers.vary, 'Origin');
  for (const name of ['X-Log-Position', 'ETag', 'Link', 'Location', 'Retry-After'])
    assert.match(made.headers['access-control-expose-headers'], new RegExp(`\\b${name}\\b`));
  assert.equal(made.headers['access-control-allow-credentials'], undefined);
  // Errors too: a page that cannot read them cannot tell a person what is wrong.
  for (const answer of [
    await world.nobody.get(`${A}/me`, { origin: HOME }),
    await world.nobody.get(`${A}/nowhere`, { origin: HOME }),
    await kim.app.post(`${A}/networks`, '{', { origin: HOME }),
    await kim.app.post(`${A}/networks`, 'x'.repeat(300_000), { origin: HOME }),
  ]) {
    assert.ok(answer.status >= 400);
    assert.equal(answer.headers['access-control-allow-origin'], HOME, answer.text);
  }
}, origins);

story('a page of no listed origin is shown nothing', async (world) => {
  const kim = await world.household('kim');
  for (const origin of [undefined, 'null', 'https://evil.example', 'http://home.example',
    'https://home.example:8443', 'https://home.example.evil.example', 'https://home.example/x']) {
    const answer = await kim.app.get(`${A}/me`, { origin });
    answer.is(200);
    assert.deepEqual(corsOf(answer), [], origin);
    assert.equal(answer.headers.vary, 'Origin', 'a cache keeps them apart');
    const preflight = await world.nobody.call('OPTIONS', `${A}/me`, undefined,
      { origin, 'access-control-request-method': 'GET' });
    assert.deepEqual(corsOf(preflight), [], origin);
  }
  for (const [client, elsewhere] of [[world.operator, '/operator/v1/vendors'],
    [world.nobody, '/readyz']])
    assert.deepEqual(corsOf(await client.get(elsewhere, { origin: HOME })), []);
}, origins);

story('a listed origin gets no cookie and may do nothing by one', async (world) => {
  const kim = await world.household('kim');
  const given = { login: kim.login, password: kim.password, cookie: true };
  const refused = await world.nobody.post(`${A}/sessions`, given, { origin: HOME });
  refused.is(403, 'PERMISSION_DENIED');
  assert.equal(refused.headers['set-cookie'], undefined);
  const own = await world.nobody.post(`${A}/sessions`, given, { origin: world.url });
  const [cookie] = own.headers['set-cookie'][0].split(';');
  (await world.nobody.post(`${A}/networks`, { name: 'x' }, { cookie, origin: HOME }))
    .is(403, 'PERMISSION_DENIED');
}, origins);

story('without the setting no origin is listed, and SIGHUP lists one', async (world) => {
  const kim = await world.household('kim');
  const me = () => kim.app.get(`${A}/me`, { origin: HOME });
  await world.piotd.stop();
  world.piotd.config = path.join(world.data, 'piotd.conf');
  writeFileSync(world.piotd.config, '');
  await world.piotd.start();
  const before = await me();
  assert.deepEqual(corsOf(before), []);
  assert.equal(before.headers.vary, undefined);
  writeFileSync(world.piotd.config, `app_origins = ${HOME}\n`);
  world.piotd.child.kill('SIGHUP');
  await until('the origin is listed', async () => corsOf(await me()).length > 0);
});

story('a page that can send no header follows by a ticket', async (world) => {
  const kim = await world.household('kim');
  const { ticket, expiresAt } = (await kim.app.post(`${A}/tickets`, { for: 'stream' })).is(201);
  assert.ok(Date.parse(expiresAt) - Date.now() <= 60_000);
  const url = `${world.url}${A}/stream?ticket=${ticket}`;
  const stream = world.streamOf(new Stream(url));
  await stream.isOpen();
  await kim.app.makesNetwork('Attic');
  await stream.sees('network-created', ({ name }) => name === 'Attic');
  await world.restart();
  await kim.app.makesNetwork('Cellar');
  await stream.sees('network-created', ({ name }) => name === 'Cellar');
  assert.equal(stream.resets, 0);
  assert.equal(stream.events.filter(({ type }) => type === 'piot.v1.network-created').length, 2);

  (await kim.app.delete(`${A}/sessions/current`)).is(204);
  await until('the stream is over', () => stream.source.readyState === stream.source.CLOSED);
  (await world.nobody.get(`${A}/stream?ticket=${ticket}`)).is(401, 'UNAUTHENTICATED');
  const said = world.piotd.reports.join('\n');
  assert.ok(!said.includes(ticket) && !said.includes('ticket='), 'no report has it');
});

story('a ticket is good for nothing but what it is for', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const lee = await world.household('lee');
  await acme.detects(kim, 'lamp-1');
  const { deviceId } = await kim.app.grants('lamp-1');
  const asks = (app, what) => app.post(`${A}/tickets`, { for: what });
  const { ticket } = (await asks(kim.app, 'stream')).is(201);
  const { ticket: ofLamp } = (await asks(kim.app, `devices/${deviceId}`)).is(201);
  (await asks(lee.app, `devices/${deviceId}`)).is(404, 'DEVICE_UNKNOWN');
  for (const what of ['', 'devices/', `devices/${kim.network.networkId}`, 'history', 7])
    assert.match((await asks(kim.app, what)).is(400, 'INVALID_ARGUMENT').message, /^for /);
  const stream = (text) => world.nobody.get(`${A}/stream?ticket=${text}`);
  const forged = ticket.slice(0, -1) + (ticket.endsWith('A') ? 'B' : 'A');
  for (const text of [ofLamp, forged, '', 'x', kim.app.token, 'x'.repeat(300)]) {
    const refused = await stream(text);
    refused.is(401, 'UNAUTHENTICATED');
    assert.match(refused.headers['www-authenticate'], /^Bearer /);
    if (text.length > 1) assert.ok(!refused.text.includes(text), 'the answer does not repeat it');
  }
  for (const rest of ['me', 'devices', 'history'])
    (await world.nobody.get(`${A}/${rest}?ticket=${ticket}`)).is(400, 'INVALID_ARGUMENT');
  (await world.nobody.get(`${A}/me`, { authorization: `Bearer ${ticket}` })).is(401);
  (await asks(world.nobody, 'stream')).is(401, 'UNAUTHENTICATED');
});

story('nobody gets tickets without end', async (world) => {
  const kim = await world.household('kim');
  const lee = await world.household('lee');
  let last = await kim.app.post(`${A}/tickets`, { for: 'stream' });
  for (let n = 0; n < 200 && last.status === 201; n += 1)
    last = await kim.app.post(`${A}/tickets`, { for: 'stream' });
  last.is(429, 'TOO_MANY_REQUESTS');
  assert.ok(Number(last.headers['retry-after']) > 0);
  (await lee.app.post(`${A}/tickets`, { for: 'stream' })).is(201);
}, { loops: 1 });
