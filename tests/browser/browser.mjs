// browser.mjs -- people who use the app: Chromium, as a phone or on a desk, with piotd behind it.
//
//     inABrowser('a lamp is added by one tap', async ({ world, phone }) => {
//       const kim = await phone(await world.household('kim'));
//       await kim.page.getByRole('button', { name: 'Add' }).click();
//     });
//
// Some tests are told four times: in a phone's window and a desktop's, light and dark. Whatever a
// page says in its console as an error, and whatever it throws, fails the test; so does a violation
// of the page's policy. What axe finds on any screen that is looked at is listed whole.
import assert from 'node:assert/strict';
import test from 'node:test';
import { axe, chromium } from '../peers/browsers.mjs';
import { inWorld, World } from '../stories/world.mjs';

// Debian's; tests run as root in a container, where there is no sandbox and little shared memory.
export const chrome = () =>
  chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
const LIMIT_MS = 240_000;
const PATIENCE_MS = 20_000; // for anything a page has to come to by itself

export const windows = {
  phone: { width: 390, height: 844, isMobile: true, hasTouch: true },
  desk: { width: 1280, height: 800 },
};
export const schemes = ['light', 'dark'];

// A trouble that the browser itself reports of an answer that a test provokes on purpose.
const expectedNoise = /Failed to load resource/;

// A sentence as it is shown: names in it are set apart by characters that nobody sees.
export const said = (sentence) =>
  new RegExp(
    sentence.replace(/[.*+?{}()|[\]\\]/g, '\\$&').replace(/ /g, '[\u2068\u2069]* [\u2068\u2069]*'),
  );

export class Person {
  static async open(
    browser,
    world,
    household,
    { window = 'phone', scheme = 'light', worker = false, locale = 'en-GB' } = {},
  ) {
    const person = new Person();
    const { width, height, ...kind } = windows[window] ?? window;
    person.context = await browser.newContext({
      viewport: { width, height },
      ...kind,
      colorScheme: scheme,
      locale,
      serviceWorkers: worker ? 'allow' : 'block',
      extraHTTPHeaders: household ? { 'x-forwarded-for': household.address } : {},
    });
    person.context.setDefaultTimeout(PATIENCE_MS);
    person.page = await person.context.newPage();
    person.wrong = [];
    person.page.on('pageerror', (error) => person.wrong.push(String(error)));
    person.page.on('console', (line) => {
      if (line.type() === 'error' && !expectedNoise.test(line.text()))
        person.wrong.push(line.text());
    });
    person.url = world.url;
    person.household = household;
    return person;
  }

  async signsIn() {
    await this.page.goto(`${this.url}/`);
    await this.page.getByLabel('Login').fill(this.household.login);
    await this.page.getByLabel('Password').fill(this.household.password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.getByRole('navigation').waitFor();
    return this;
  }

  async goesTo(where) {
    await this.page.goto(`${this.url}/#/${where}`);
    await this.page.locator('main h1').waitFor();
    await this.page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
  }

  tile(name) {
    return this.page.locator('.tile', { hasText: name });
  }

  // Every rule of WCAG 2.2 A and AA that axe knows, on all that is shown.
  async isAccessible(what) {
    await this.page.evaluate(axe.source);
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await this.page.evaluate(
      (values) => globalThis.axe.run(document, { runOnly: { type: 'tag', values } }),
      tags,
    );
    const found = violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary: why }) => `${html.slice(0, 99)}: ${why}`)}`,
    );
    assert.deepEqual(found, [], `axe, ${what}`);
  }

  async close() {
    assert.deepEqual(this.wrong, [], 'the page says no error');
    await this.context.close();
  }
}

// A test of the app in a browser; `tell` gets the world and phone(household, options).
export function inABrowser(name, tell, settings = {}) {
  test(name, { timeout: LIMIT_MS }, async () => {
    const browser = await chrome();
    try {
      await inWorld(await World.open(settings), async (world) => {
        const people = [];
        const phone = async (household, options) => {
          people.push(await Person.open(browser, world, household, options));
          return people.at(-1);
        };
        await tell({ world, phone, browser });
        for (const person of people) await person.close();
        await world.stop();
      });
    } finally {
      await browser.close();
    }
  });
}

// The same in both windows and both schemes.
export function inEveryWindow(name, tell, settings) {
  for (const window of Object.keys(windows))
    for (const scheme of schemes)
      inABrowser(
        `${name} (${window}, ${scheme})`,
        (given) => tell({ ...given, look: { window, scheme } }),
        settings,
      );
}

export { assert };
