// calls_are_described -- does the service say what may be called, and what its errors mean?
//
// That every answer of every story is as the document says is seen to by document.mjs; here,
// that this would notice, and that the document and its pages are served.
//
// Planted bug that this must notice, and did: a member of Person taken out of shapes.def, and
// the document written anew.
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { notAsDescribed } from './document.mjs';
import { assert, story } from './world.mjs';

const me = { accountId: 'acc_01h455vb4pex5vsknk084sn02q', status: 'active' };
const error = { type: '/errors/x', title: 'X', status: 404, code: 'NOT_FOUND', message: 'No.' };

test('an answer that is not as the document says is noticed', () => {
  const said = (status, body) => notAsDescribed('GET', '/app/v1/me', status, body);
  assert.equal(said(200, me), undefined);
  assert.match(said(200, { ...me, stray: 1 }), /GET .app.v1.me 200: .*additional properties/);
  assert.match(said(200, { ...me, status: 'asleep' }), /allowed values/);
  assert.match(said(200, { status: 'active' }), /accountId/);
  assert.match(said(200, { ...me, quietHours: { from: '22:00' } }), /to/);
  assert.match(said(201, me), /no such JSON answer/);
  assert.match(said(404, { ...error, code: 'GONE' }), /GONE is not among its codes/);
  const one = (type) => notAsDescribed('GET', '/app/v1/devices/dev_1', 200, { title: 'x' }, type);
  assert.equal(one('application/td+json'), undefined, 'another form is let by');
  assert.match(one('application/json'), /deviceId/);
  assert.match(one('application/ld+json'), /no such JSON answer/);
  const device = (body) => notAsDescribed('GET', '/app/v1/devices/dev_1/properties/on', 200, body);
  assert.equal(device({ whatever: [1] }), undefined, 'a value is the model\'s own');
});

story('the document is served as it is in docs, and to who has it not again', async (world) => {
  const answer = await world.nobody.get('/openapi.json');
  const there = readFileSync(new URL('../../docs/openapi.json', import.meta.url));
  assert.deepEqual(answer.is(200), JSON.parse(there));
  const { etag } = answer.headers;
  assert.equal((await world.nobody.get('/openapi.json', { 'if-none-match': etag })).status, 304);
});

story('there is a page of all calls, without script', async (world) => {
  const { text, headers, status } = await world.nobody.get('/docs');
  assert.equal(status, 200);
  assert.match(headers['content-type'], /^text\/html/);
  assert.match(headers['content-security-policy'], /^default-src 'none'; style-src 'self';/);
  assert.equal(/<script|<style|\son\w+=|style="/i.test(text), false);
  assert.match(text, /PATCH \/app\/v1\/me</);
  assert.match(text, /\?type=<\/code> only events of this type \(may be repeated\)</);
  assert.match(text, /"quietHours":\{"from":"22:00","to":"07:00"\}/);
  const [, style] = /<link rel="stylesheet" href="([^"]+)">/.exec(text);
  assert.match((await world.nobody.get(style)).headers['content-type'], /^text\/css/);
});

story('the type of an error leads to a page that explains its code', async (world) => {
  const { type, code } = (await world.nobody.get('/app/v1/me')).is(401);
  const page = await world.nobody.get(new URL(type, world.url).pathname);
  assert.equal(page.status, 200);
  assert.match(page.text, new RegExp(`<h1>${code}</h1>`));
  assert.match(page.text, /Say who you are: Authorization: Bearer/);
  assert.match(page.text, /GET \/app\/v1\/me</);
  const document = (await world.nobody.get('/openapi.json')).is(200);
  for (const each of Object.keys(document.components.examples)) {
    const path = `/errors/${each.toLowerCase().replaceAll('_', '-')}`;
    assert.equal((await world.nobody.get(path)).status, 200, path);
  }
});
