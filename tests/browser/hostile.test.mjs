// Whatever others call things, a page shows it as text and stays what it is; and no other page can
// act in somebody's name; nor does a session that was there before take over a sign-in.
//
// Planted bugs that this noticed: no new cookie where there was one, and a description of somebody
// else's device that is kept.
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

// As the service sets it, but of whoever else it is.
const planted = (value) => ({ name: 'piot', value, domain: '127.0.0.1', path: '/' });
const cookieOf = async ({ context }) => (await context.cookies())[0]?.value;
const whoIsIn = ({ page }) =>
  page.evaluate(() => fetch('/app/v1/me').then((answer) => answer.status === 200 && answer.json()));

inABrowser(
  'whatever session is planted before a sign-in, another one is on after it',
  async ({ world, phone }) => {
    const mallory = await world.household('mallory');
    const { token } = await mallory.signsIn();
    const kim = await phone(await world.household('kim'));
    for (const value of ['piot_a_of_nobody', token]) {
      await kim.context.clearCookies();
      await kim.page.goto(`${world.url}/?`);
      await kim.page.getByLabel('Login').fill('kim');
      await kim.page.getByLabel('Password').fill(kim.household.password);
      await kim.context.addCookies([planted(value)]);
      await kim.page.getByRole('button', { name: 'Sign in' }).click();
      await kim.page.getByRole('navigation').waitFor();
      assert.notEqual(await cookieOf(kim), value);
      assert.equal((await whoIsIn(kim)).login, 'kim');
    }
    assert.equal((await mallory.app.get('/app/v1/me')).is(200).login, 'mallory');
  },
);

inABrowser(
  'who begins by a link in a browser that somebody else is signed in at sees nothing of theirs',
  async ({ world, phone }) => {
    const acme = await world.vendor('Acme');
    const kim = await (await phone(await world.household('kim'))).signsIn();
    await acme.detects(kim.household, 'Desk lamp');
    await kim.household.app.grants('Desk lamp');
    await kim.tile('Desk lamp').waitFor();
    const kims = await cookieOf(kim);
    const made = (await world.operator.post('/operator/v1/accounts', { login: 'ada' })).is(201);
    await kim.page.goto(`${world.url}/#activate=${encodeURIComponent(made.activationCode)}`);
    await kim.page.getByLabel('Password').fill('a long enough one');
    await kim.page.getByRole('button', { name: 'Begin' }).click();
    await kim.page.getByRole('link', { name: 'Name your home' }).waitFor();
    assert.notEqual(await cookieOf(kim), kims);
    assert.equal((await whoIsIn(kim)).login, 'ada');
    await kim.page.waitForFunction(() => localStorage.getItem('piot.seen')?.includes('"ada"'));
    const kept = await kim.page.evaluate(() => JSON.stringify(localStorage));
    assert.doesNotMatch(kept, /lamp/i);
  },
);

inABrowser('the cookie of who has signed out opens nothing any more', async ({ world, phone }) => {
  const kim = await (await phone(await world.household('kim'))).signsIn();
  const value = await cookieOf(kim);
  await kim.goesTo('you');
  await kim.page.getByRole('button', { name: 'Sign out here' }).click();
  await kim.page.getByLabel('Login').waitFor();
  assert.equal(await cookieOf(kim), undefined);
  await kim.context.addCookies([planted(value)]);
  assert.equal(await whoIsIn(kim), false);
  await kim.page.goto(`${world.url}/?`);
  await kim.page.getByLabel('Login').waitFor();
});
