// Whatever others call things, a page shows it as text and stays what it is; and no other page can
// act in somebody's name.
import http from 'node:http';
import { once } from 'node:events';
import { assert, inABrowser } from './browser.mjs';
import { now } from '../stories/vendor.mjs';

const script = '<img src=x onerror="globalThis.pwned=1"><script>globalThis.pwned=1</script>';
const names = [
  script,
  '"><svg onload=globalThis.pwned=1>',
  '{{constructor}}',
  "'; alert(1) //",
  '&lt;b&gt;',
].map((name) => name.slice(0, 64)); // longer ones are refused

// A model whose every text is an attempt.
const model = (name) => ({
  '@context': 'https://www.w3.org/2022/wot/td/v1.1',
  '@type': 'tm:ThingModel',
  title: name,
  description: name,
  version: { model: '1.0.0' },
  'piot:category': name.slice(0, 20),
  properties: {
    level: {
      title: name,
      description: name,
      type: 'number',
      unit: name.slice(0, 30),
      readOnly: true,
    },
    mode: { title: name, type: 'string', enum: [name.slice(0, 60), 'calm'] },
    nested: {
      title: name,
      type: 'object',
      properties: { inner: { title: name, type: 'array', items: { type: 'string' } } },
    },
  },
  actions: { go: { title: name, description: name, input: { type: 'boolean', title: name } } },
  events: { rang: { title: name } },
});

inABrowser(
  'markup in any name is shown as it was written, and does nothing',
  async ({ world, phone }) => {
    const acme = await world.vendor(script.slice(0, 64));
    acme.name = 'acme'; // its source has to be a URI
    const household = await world.household('kim', { network: names[1] });
    const { networkId } = household.network;
    (
      await household.app.patch(`/app/v1/networks/${networkId}`, { rooms: [names[2], names[3]] })
    ).is(200);
    const kim = await (await phone(household)).signsIn();
    const shown = [];
    for (const [i, name] of names.entries()) {
      (await acme.put(acme.path(`thing-models/kind-${i}`), model(name))).is(201);
      await acme.detects(household, name.slice(0, 64), `kind-${i}`);
      const question = await household.app.isAsked(name.slice(0, 64));
      await kim.goesTo(`question/${question.consentId}`);
      const device = await household.app.grants(name.slice(0, 64));
      await household.app.patch(`/app/v1/devices/${device.deviceId}`, { room: names[2] });
      await acme.tells('device-state-reported', {
        vendorDeviceId: name.slice(0, 64),
        observedAt: now(),
        properties: { level: 1, mode: name.slice(0, 60), nested: { inner: [name] } },
      });
      await kim.goesTo(`device/${device.deviceId}`);
      await kim.page.getByRole('region', { name: 'Controls' }).waitFor();
      shown.push(await kim.page.locator('main').innerText());
    }
    for (const screen of ['', 'questions', 'privacy', `network/${networkId}`])
      await kim.goesTo(screen);
    assert.ok(shown[0].includes(script.slice(0, 40)), shown[0]);
    assert.equal(await kim.page.evaluate(() => globalThis.pwned), undefined);
    assert.equal(await kim.page.locator('body img, body script, body iframe').count(), 0);
  },
);

inABrowser(
  'a page of another origin can neither frame the app nor act in it',
  async ({ world, phone }) => {
    const household = await world.household('kim');
    const kim = await (await phone(household)).signsIn();
    const other = http.createServer((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<iframe src="${world.url}/"></iframe>`);
    });
    other.listen(0, 'localhost');
    await once(other, 'listening');
    try {
      const page = await kim.context.newPage();
      await page.goto(`http://localhost:${other.address().port}/`);
      const tried = await page.evaluate(async (url) => {
        const body = JSON.stringify({ name: 'Mine now' });
        const type = { 'content-type': 'text/plain' };
        const answers = [];
        for (const headers of [type, { 'content-type': 'application/json' }]) {
          try {
            const answer = await fetch(`${url}/app/v1/networks`, {
              method: 'POST',
              credentials: 'include',
              headers,
              body,
            });
            answers.push(answer.status);
          } catch (error) {
            answers.push(error.name);
          }
        }
        return answers;
      }, world.url);
      for (const answer of tried) assert.notEqual(answer, 201);
      assert.equal((await household.app.networks()).length, 1);
      const framed = page.frames().find((frame) => frame !== page.mainFrame());
      assert.equal(
        await framed
          ?.locator('main')
          .count()
          .catch(() => 0),
        0,
      );
      await page.close();
    } finally {
      other.close();
    }
  },
);

inABrowser(
  'beside a cookie that a sibling domain has set nobody is signed in',
  async ({ world, phone }) => {
    const mallory = await (await world.household('mallory')).signsIn();
    const kim = await (await phone(await world.household('kim'))).signsIn();
    const planted = { name: 'piot', value: mallory.token, domain: '127.0.0.1', path: '/app' };
    await kim.context.addCookies([planted]);
    const answer = await kim.page.evaluate(() => fetch('/app/v1/me').then((each) => each.status));
    assert.equal(answer, 401);
    await kim.page.goto(`${world.url}/#/you`);
    await kim.page.getByLabel('Login').waitFor();
  },
);
