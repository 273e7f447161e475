// The dashboard of docs/apps.md, served from an origin of its own, shows what is there and follows
// what happens.
import http from 'node:http';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { assert, inABrowser } from './browser.mjs';

const page = readFileSync(new URL('../../examples/app/index.html', import.meta.url));
const server = http.createServer((_, response) => {
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(page);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
server.unref();
const origin = `http://127.0.0.1:${server.address().port}`;

inABrowser(
  'the example shows devices, follows them and switches a lamp',
  async ({ world, phone }) => {
    const acme = await world.vendor('Acme');
    const household = await world.household('kim');
    await acme.detects(household, 'Desk lamp');
    await household.app.grants('Desk lamp');
    await acme.reports('Desk lamp', { on: false });
    const kim = await phone(null); // a header of its own would be one more to allow
    await kim.page.goto(origin);
    await kim.page.getByLabel('Service').fill(world.url);
    await kim.page.getByLabel('Login').fill('kim');
    await kim.page.getByLabel('Password').fill(household.password);
    await kim.page.getByRole('button', { name: 'Sign in' }).click();
    await kim.page.getByRole('cell', { name: 'on false' }).waitFor();
    await kim.page.getByText('live').waitFor();
    await acme.reports('Desk lamp', { on: true });
    await kim.page.getByRole('cell', { name: 'on true' }).waitFor();
    await kim.page.getByRole('button', { name: 'Switch off' }).click();
    await acme.receives('command-requested', (data) => data.input === false);
  },
  { app_origins: origin },
);

inABrowser('a page of an origin that is not listed gets nothing', async ({ world, phone }) => {
  const household = await world.household('kim');
  const kim = await phone(household);
  await kim.page.goto(origin);
  await kim.page.getByLabel('Service').fill(world.url);
  await kim.page.getByLabel('Login').fill('kim');
  await kim.page.getByLabel('Password').fill(household.password);
  await kim.page.getByRole('button', { name: 'Sign in' }).click();
  await kim.page.getByRole('status').getByText('fetch').waitFor();
  assert.ok(
    kim.wrong.every((line) => /CORS|ERR_FAILED/.test(line)),
    kim.wrong.join(),
  );
  kim.wrong.length = 0;
});
