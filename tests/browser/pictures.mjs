// pictures.mjs -- every screen of the app as a picture, in both windows and both schemes:
//
//     PIOT_BUILD=build/release node tests/browser/pictures.mjs FOLDER [--docs] [--de]
//
// FOLDER is made; pictures are named window-scheme-screen.png. With --docs the two that stand in
// the README are written, too: docs/app-home.png and docs/app-device.png. With --de all is German.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { until } from '../stories/wait.mjs';
import { World } from '../stories/world.mjs';
import { chrome, Person, schemes, windows } from './browser.mjs';

const HOUR_MS = 3_600_000;
const locale = process.argv.includes('--de') ? 'de-DE' : 'en-GB';
const documents = new URL('../../docs/', import.meta.url).pathname;

const givesUp = {
  webhook_retry_first: '20ms', webhook_retry_max: '50ms',
  webhook_tried_for: '1s', webhook_attempts_min: 2, undo_for: '0s', acknowledge_within: '1s',
};

// A vendor that has given its operator work: notices were given up, an end was not acknowledged,
// and it is suspended. Its lamp, which nothing reaches.
async function inTrouble(world, kim) {
  const west = await world.vendor('Westwind', { models: ['lamp'] });
  west.endpoint.answer('grant-refused', () => ({ status: 503, body: { sorry: 'busy' } }));
  const asked = async (name) => {
    await west.detects(kim, name);
    return kim.app.isAsked(name);
  };
  for (const name of ['Porch light', 'Shed light'])
    (await kim.app.decides((await asked(name)).consentId, 'deny')).is(200);
  await asked('Desk lamp');
  (await kim.app.withdraws((await kim.app.grants('Desk lamp')).consentId)).is(200);
  await asked('Landing lamp');
  const lamp = await kim.app.grants('Landing lamp');
  await west.reports('Landing lamp', { on: false, brightness: 40 });
  const list = (path) => async () => (await world.operator.get(path)).is(200).items.length;
  const dead = list(`/operator/v1/deliveries?vendor=${west.id}&status=dead`);
  await until('two notices are given up', async () => (await dead()) === 2);
  await until('an end is overdue', list('/operator/v1/withdrawals?overdue=true'));
  (await world.operator.post(`/operator/v1/vendors/${west.id}/suspend`)).is(200);
  return lamp;
}

// A home in the evening: a day of a thermostat, a lamp that is on, a lock, something offline.
async function furnish(world) {
  const acme = await world.vendor('Acme', { models: ['lamp', 'thermostat', 'lock'] });
  const nord = await world.vendor('Nordlicht', { models: ['lamp'] });
  const kim = await world.household('kim@example.org');
  (await kim.app.patch('/app/v1/me', { language: locale.slice(0, 2) })).is(200);
  const path_ = `/app/v1/networks/${kim.network.networkId}`;
  (await kim.app.patch(path_, { rooms: ['Kitchen', 'Hall', 'Bedroom'] })).is(200);
  const add = async (vendor, name, kind, room) => {
    await vendor.detects(kim, name, kind);
    const device = await kim.app.grants(name);
    (await kim.app.patch(`/app/v1/devices/${device.deviceId}`, { room })).is(200);
    return device;
  };
  const thermostat = await add(acme, 'Hall thermostat', 'thermostat', 'Hall');
  const lamp = await add(acme, 'Kitchen lamp', 'lamp', 'Kitchen');
  await add(nord, 'Bedside lamp', 'lamp', 'Bedroom');
  const offline = await add(nord, 'Reading light', 'lamp', 'Bedroom');
  const at = (hours) => new Date(Date.now() - hours * HOUR_MS).toISOString();
  const events = Array.from({ length: 96 }, (_, i) => {
    const hours = (95 - i) / 4;
    const temperature = Math.round(10 * (19.5 + 1.6 * Math.sin((hours + 5) / 3.8))) / 10;
    return acme.event('device-state-reported', {
      vendorDeviceId: 'Hall thermostat',
      observedAt: at(hours),
      properties: { temperature, targetTemperature: 21, mode: 'heat', battery: 87 },
    });
  });
  (await acme.posts(events)).is(202);
  await acme.reports('Kitchen lamp', {
    on: true,
    brightness: 60,
    colorTemperature: 2700,
    power: 5.3,
  });
  await nord.reports('Bedside lamp', {
    on: false,
    brightness: 20,
    colorTemperature: 2200,
    power: 0,
  });
  await nord.reports('Reading light', {
    on: false,
    brightness: 80,
    colorTemperature: 3000,
    power: 0,
  });
  await nord.connects('Reading light', false, 'It lost its Wi-Fi.');
  const stopped = await inTrouble(world, kim);
  await acme.detects(kim, 'Front door', 'lock');
  const question = await kim.app.isAsked('Front door');
  const made = (await world.operator.post('/operator/v1/accounts', { login: 'ada' })).is(201);
  return { kim, thermostat, lamp, offline, stopped, question, code: made.activationCode };
}

// The whole page, as in a window that is as high.
async function picture(page, look, name, folder) {
  await page.locator('.shape').first().waitFor({ state: 'detached' });
  const { width, height: least } = windows[look.window];
  const whole = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.max(least, whole) });
  await page.screenshot({ path: path.join(folder, `${look.window}-${look.scheme}-${name}.png`) });
  await page.setViewportSize({ width, height: least });
}

async function take(browser, world, home, look, folder) {
  const kim = await Person.open(browser, world, home.kim, { ...look, locale });
  await kim.page.goto(`${world.url}/#activate=${home.code}`);
  await kim.page.locator('[name=password]').waitFor();
  await picture(kim.page, look, 'welcome', folder);
  await kim.page.goto(`${world.url}/?`);
  await kim.page.locator('[name=login]').waitFor();
  await picture(kim.page, look, 'sign-in', folder);
  await kim.page.locator('[name=login]').fill(home.kim.login);
  await kim.page.locator('[name=password]').fill(home.kim.password);
  await kim.page.locator('button.main').click();
  await kim.page.getByRole('navigation').waitFor();
  const screens = {
    home: '',
    questions: 'questions',
    question: `question/${home.question.consentId}`,
    device: `device/${home.thermostat.deviceId}`,
    lamp: `device/${home.lamp.deviceId}`,
    offline: `device/${home.offline.deviceId}`,
    stopped: `device/${home.stopped.deviceId}`,
    network: `network/${home.kim.network.networkId}`,
    'new-home': 'network/new',
    privacy: 'privacy',
    you: 'you',
  };
  for (const [name, where] of Object.entries(screens)) {
    await kim.goesTo(where);
    await picture(kim.page, look, name, folder);
  }
  await kim.close();
}

async function operator(browser, world, look, folder) {
  const context = await browser.newContext({
    viewport: windows[look.window],
    colorScheme: look.scheme,
    locale,
  });
  const page = await context.newPage();
  await page.goto(`${world.url}/operator/`);
  await page.locator('#token').waitFor();
  await picture(page, look, 'operator-door', folder);
  await page.locator('#token').fill(world.piotd.operatorToken);
  await page.locator('button.main').click();
  await page.locator('table').waitFor();
  await picture(page, look, 'operator', folder);
  await page.getByRole('button', { name: 'Westwind' }).click();
  await page.locator('.rows [aria-expanded]').first().click();
  await page.locator('.tries').waitFor();
  await picture(page, look, 'operator-vendor', folder);
  await context.close();
}

// Small enough for a page of text: one phone, light.
async function forDocuments(browser, world, home) {
  const kim = await Person.open(browser, world, home.kim, {});
  await kim.signsIn();
  for (const [name, where] of [
    ['home', ''],
    ['device', `device/${home.thermostat.deviceId}`],
  ]) {
    await kim.goesTo(where);
    await kim.page.locator('.shape').first().waitFor({ state: 'detached' });
    await kim.page.screenshot({ path: path.join(documents, `app-${name}.png`) });
  }
  await kim.close();
}

const [folder] = process.argv.slice(2).filter((word) => !word.startsWith('--'));
if (!folder) {
  console.error('pictures.mjs: where to? Say a folder.');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
const world = await World.open(givesUp);
const browser = await chrome();
try {
  const home = await furnish(world);
  for (const window of Object.keys(windows))
    for (const scheme of schemes) {
      await take(browser, world, home, { window, scheme }, folder);
      await operator(browser, world, { window, scheme }, folder);
    }
  if (process.argv.includes('--docs')) await forDocuments(browser, world, home);
} finally {
  await browser.close();
  await world.stop();
}
