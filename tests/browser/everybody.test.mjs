// Everybody can use it: who sees no screen, who has no mouse, who needs large letters, and in
// whichever scheme.
//
// Planted bugs that this noticed: letters of the menu and of an answer that go on in a second line.
import { assert, inABrowser, inEveryWindow, said } from './browser.mjs';

async function home(world) {
  const acme = await world.vendor('Acme', { models: ['lamp', 'thermostat', 'lock'] });
  const kim = await world.household('kim');
  for (const [name, kind] of [
    ['Desk lamp', 'lamp'],
    ['Hall', 'thermostat'],
  ]) {
    await acme.detects(kim, name, kind);
    await kim.app.grants(name);
  }
  await acme.reports('Desk lamp', { on: true, brightness: 60 });
  await acme.reports('Hall', {
    temperature: 20.5,
    targetTemperature: 21,
    mode: 'heat',
    battery: 80,
  });
  await acme.detects(kim, 'Front door', 'lock');
  return { acme, kim };
}

inEveryWindow('every screen is free of what axe finds', async ({ world, phone, look }) => {
  const { kim: household } = await home(world);
  const kim = await (await phone(household, look)).signsIn();
  const devices = await household.app.devices();
  const { networkId } = household.network;
  const question = await household.app.isAsked('Front door');
  const screens = [
    '',
    'questions',
    `question/${question.consentId}`,
    'privacy',
    'you',
    `network/${networkId}`,
    'network/new',
    ...devices.map((device) => `device/${device.deviceId}`),
  ];
  for (const screen of screens) {
    await kim.goesTo(screen);
    await kim.isAccessible(screen || 'home');
  }
});

// Words of headings and controls that begin on one line and end on another.
function brokenWords() {
  const texts = document.querySelectorAll(
    'h1, h2, h3, button, .button, nav span, label, legend, th',
  );
  const range = document.createRange();
  const isBroken = (node, { index, 0: word }) => {
    range.setStart(node, index);
    range.setEnd(node, index + word.length);
    return new Set([...range.getClientRects()].map(({ top }) => top)).size > 1;
  };
  return [...texts].flatMap((one) => {
    const walker = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
    const broken = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      for (const word of node.data.matchAll(/[^\s-]+/g))
        if (isBroken(node, word)) broken.push(word[0]);
    return broken;
  });
}

inABrowser(
  'at 320 pixels nothing is cut off, scrolls sideways or breaks in a word, in either language',
  async ({ world, phone }) => {
    const { kim: household } = await home(world);
    const narrow = { window: { width: 320, height: 640 } };
    const kim = await (await phone(household, narrow)).signsIn();
    const [device] = await household.app.devices();
    const { consentId } = await household.app.isAsked('Front door');
    const screens = ['', 'questions', `question/${consentId}`, 'privacy', 'you'];
    screens.push(`device/${device.deviceId}`, `network/${household.network.networkId}`);
    for (const language of ['en', 'de']) {
      (await household.app.patch('/app/v1/me', { language })).is(200);
      await kim.page.locator(`html[lang=${language}]`).waitFor();
      for (const screen of screens) {
        await kim.goesTo(screen);
        const wide = await kim.page.evaluate(() =>
          Math.max(
            document.documentElement.scrollWidth,
            document.querySelector('nav a:last-child').getBoundingClientRect().right,
          ),
        );
        assert.ok(wide <= narrow.window.width, `${screen} in ${language}: ${wide} pixels`);
        assert.deepEqual(await kim.page.evaluate(brokenWords), [], `${screen} in ${language}`);
        await kim.isAccessible(`${screen} at 320 px`);
      }
    }
  },
);

inABrowser('everything that can be tapped is large enough', async ({ world, phone }) => {
  const { kim: household } = await home(world);
  const kim = await (await phone(household)).signsIn();
  const [device] = await household.app.devices();
  for (const screen of ['', 'you', `device/${device.deviceId}`]) {
    await kim.goesTo(screen);
    const small = await kim.page.evaluate(() =>
      [
        ...document.querySelectorAll(
          'nav a, main :is(button, .button, select, input:not([type=checkbox], [type=range]))',
        ),
      ]
        .filter((one) => !one.matches('.unseen') && one.getBoundingClientRect().height < 44)
        .map((one) => one.outerHTML.slice(0, 100)),
    );
    assert.deepEqual(small, [], screen);
  }
});

inABrowser('by keyboard alone a lamp is added, switched and stopped', async ({ world, phone }) => {
  const acme = await world.vendor('Acme');
  const household = await world.household('kim');
  const kim = await phone(household, { window: 'desk' });
  const { keyboard } = kim.page;
  // Tabs until what has the focus is called that.
  const tabTo = async (name) => {
    for (let i = 0; i < 60; i++) {
      await keyboard.press('Tab');
      const here = await kim.page.evaluate(() => {
        const one = document.activeElement;
        const label = one.getAttribute('aria-label') ?? one.labels?.[0]?.textContent;
        return label ?? one.textContent;
      });
      if (said(`^${name}$`).test(here.trim())) return;
    }
    assert.fail(`no focus comes to ${name}`);
  };
  await kim.page.goto(`${world.url}/`);
  await kim.page.getByLabel('Login').waitFor();
  await tabTo('Login');
  await keyboard.type('kim');
  await tabTo('Password');
  await keyboard.type(household.password);
  await keyboard.press('Enter');
  await kim.page.getByRole('navigation').waitFor();
  await acme.detects(household, 'Desk lamp');
  await kim.page.getByRole('heading', { name: said('Desk lamp is new') }).waitFor();
  await tabTo('Add');
  await keyboard.press('Enter');
  await kim.tile('Desk lamp').waitFor();
  await acme.reports('Desk lamp', { on: false });
  await kim.tile('Desk lamp').getByText('off').waitFor();
  await tabTo('Desk lamp: Switched on');
  await keyboard.press('Space');
  await acme.receives('command-requested', (data) => data.input === true);
  await kim.page.evaluate(() => document.activeElement.blur());
  await tabTo('Desk lamp');
  await keyboard.press('Enter');
  await kim.page.getByRole('heading', { name: 'Desk lamp', level: 1 }).waitFor();
  await tabTo('Stop');
  await keyboard.press('Enter');
  await tabTo('Stop now');
  await keyboard.press('Enter');
  await acme.receives('grant-withdrawn');
});

inABrowser('who only hears the page can add, switch and stop a lamp', async ({ world, phone }) => {
  const acme = await world.vendor('Acme');
  const household = await world.household('kim');
  const kim = await (await phone(household)).signsIn();
  const heard = async (...lines) => {
    const tree = (await kim.page.locator('body').ariaSnapshot()).replace(/[\u2068\u2069]/g, '');
    for (const line of lines) assert.match(tree, line);
  };
  await acme.detects(household, 'Desk lamp');
  const article = kim.page.getByRole('article', { name: said('Desk lamp is new') });
  await article.waitFor();
  await heard(
    /article "Desk lamp is new"/,
    /button "Add"/,
    /button "Not now"/,
    /button "Not mine"/,
    /navigation "Main menu"/,
    /link "Questions 1 waits for an answer"/,
  );
  await article.getByRole('button', { name: 'Add' }).click();
  await kim.tile('Desk lamp').waitFor();
  await acme.reports('Desk lamp', { on: false, brightness: 40 });
  await kim.tile('Desk lamp').getByText('off').waitFor();
  await heard(/switch "Desk lamp: Switched on"/, /Desk lamp is added/);
  await kim.page.getByRole('switch', { name: 'Desk lamp: Switched on' }).click();
  await acme.receives('command-requested', (data) => data.input === true);
  await kim.page.getByRole('link', { name: 'Desk lamp' }).click();
  await kim.page.getByRole('heading', { name: 'Desk lamp', level: 1 }).waitFor();
  await heard(/region "Controls"/, /slider "Brightness"/, /region "What you allowed"/);
  await kim.page.getByRole('button', { name: 'Stop', exact: true }).click();
  await kim.page.getByRole('button', { name: 'Stop now' }).click();
  await acme.receives('grant-withdrawn');
});
