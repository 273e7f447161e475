// Everybody can use it: who sees no screen, who has no mouse, who needs large letters, and in
// whichever scheme.
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

inABrowser(
  'at 320 pixels nothing is cut off and nothing scrolls sideways',
  async ({ world, phone }) => {
    const { kim: household } = await home(world);
    const narrow = { window: { width: 320, height: 640 } };
    const kim = await (await phone(household, narrow)).signsIn();
    const [device] = await household.app.devices();
    for (const screen of ['', 'questions', 'privacy', 'you', `device/${device.deviceId}`]) {
      await kim.goesTo(screen);
      const [wide, shown] = await kim.page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      assert.ok(wide <= shown, `${screen}: ${wide} of ${shown} pixels`);
      await kim.isAccessible(`${screen} at 320 px`);
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
