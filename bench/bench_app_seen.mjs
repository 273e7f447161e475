// bench_app_seen.mjs -- how soon does a person see it? In Chromium, with a piotd behind it.
//
//     PIOT_BUILD=build/release node bench/bench_app_seen.mjs [TIMES]
//
// It is over when the page has drawn it: at the frame after the one that it was put there in. Where
// a person has to tap, that takes no time here; of five seconds they have what the machines leave.
import { chrome, Person } from '../tests/browser/browser.mjs';
import { clicks, hears, shown, told } from '../tests/browser/pushed.mjs';
import { inWorld, World } from '../tests/stories/world.mjs';
import { until } from '../tests/stories/wait.mjs';

const TIMES = Number(process.argv[2] ?? 20);

const now = () => performance.timeOrigin + performance.now();

function tell(what, took, aim) {
  const sorted = took.toSorted((a, b) => a - b);
  const [median, most] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  const [half, all] = [median, most].map((ms) => ms.toFixed(0).padStart(5));
  console.log(`${what.padEnd(52)} p50 ${half} ms, most ${all} ms; aim ${aim} ms`);
}

// In the page: when it was drawn that a tile says so, or that there is no question.
const drawn = (wanted) =>
  new Promise((resolve) => {
    const is = () =>
      wanted === null
        ? !document.querySelector('.asks')
        : [...document.querySelectorAll('.tile')].some((tile) =>
            wanted.every((text) => tile.textContent.includes(text)),
          );
    const look = () =>
      requestAnimationFrame(() =>
        is()
          ? requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()))
          : look(),
      );
    look();
  });

async function repeated(once) {
  const took = [];
  for (let i = 0; i < TIMES; i++) took.push(await once(i));
  return took;
}

// -- what is timed ----------------------------------------------------------------------------

// In a browser that was never there before; the process itself runs.
async function firstViews(browser, world, household) {
  const session = await Person.open(browser, world, household);
  await session.signsIn();
  const cookies = await session.context.cookies();
  await session.close();
  const view = async (signedIn) => {
    const person = await Person.open(browser, world, household);
    if (signedIn) await person.context.addCookies(cookies);
    await person.page.addInitScript(() => {
      const look = () =>
        document.querySelector('.tile .value, [name=login]')
          ? requestAnimationFrame(() => (globalThis.drawnAt = performance.now()))
          : requestAnimationFrame(look);
      look();
    });
    await person.page.goto(`${world.url}/`);
    const at = await person.page.waitForFunction(() => globalThis.drawnAt);
    const took = await at.jsonValue();
    await person.close();
    return took;
  };
  tell('first view, cold: home', await repeated(() => view(true)), 1000);
  tell('first view, cold: sign-in', await repeated(() => view(false)), 1000);
}

async function reports(kim, acme) {
  const took = await repeated(async (i) => {
    const seen = kim.page.evaluate(drawn, ['Lamp', `on, ${i + 1}\u202f%`]);
    const began = now();
    await acme.reports('Lamp', { on: true, brightness: i + 1 });
    return (await seen) - began;
  });
  tell('a report, until it is on the tile', took, 100);
}

const TAP = () => {
  document.querySelector('.asks .answers button').click();
  return performance.timeOrigin + performance.now();
};

// The vendor of what is added reports as soon as it hears of it.
async function answers(kim, other, acme, household) {
  acme.endpoint.answer('grant-created', ({ data }) => {
    acme.reports(data.vendorDeviceId, { on: true, brightness: 60 });
    return { status: 204 };
  });
  const cleared = [];
  const added = await repeated(async (i) => {
    const name = `Light ${i}.`;
    await acme.detects(household, name);
    for (const { page } of [kim, other]) await page.locator('.asks').waitFor();
    const gone = other.page.evaluate(drawn, null);
    const seen = kim.page.evaluate(drawn, [name, 'on, 60']);
    const began = await kim.page.evaluate(TAP);
    cleared.push((await gone) - began);
    return (await seen) - began;
  });
  tell('an answer, until the question is gone elsewhere', cleared, 100);
  tell('Add, until the tile shows what the device reports', added, 1000);
}

async function pushes(given) {
  const { acme, household, kim, browser, delivers } = await told(given);
  acme.endpoint.answer('grant-created', ({ data }) => {
    acme.reports(data.vendorDeviceId, { on: true, brightness: 60 });
    return { status: 204 };
  });
  const took = await repeated(async (i) => {
    const name = `Light ${i}.`;
    await kim.goesTo('privacy');
    const before = browser.got.length;
    await acme.detects(household, name);
    await hears(browser, before + 1);
    const push = browser.pushes.at(-1);
    push.notification.tag = name; // what Chromium says late of one that was closed is of its tag
    const began = now();
    await delivers(push);
    await until('it is shown', async () =>
      (await shown(kim.page)).some(([title]) => title.startsWith('A device waits')),
    );
    await clicks(kim);
    await kim.page.locator('.asks').waitFor();
    const seen = kim.page.evaluate(drawn, [name, 'on, 60']);
    await kim.page.evaluate(TAP);
    const ended = await seen;
    await hears(browser, before + 2); // nothing waits
    return ended - began;
  });
  tell('a push, until the device works, without the taps', took, 5000);
}

// -- all of it --------------------------------------------------------------------------------

async function inAWorld(browser, what) {
  await inWorld(await World.open(), async (world) => {
    const phone = (household, options) => Person.open(browser, world, household, options);
    await what({ world, phone });
    await world.stop();
  });
}

const browser = await chrome();
try {
  await inAWorld(browser, async ({ world, phone }) => {
    const acme = await world.vendor('Acme');
    const household = await world.household('kim');
    await acme.detects(household, 'Lamp');
    await household.app.grants('Lamp');
    await acme.reports('Lamp', { on: false, brightness: 100 });
    await firstViews(browser, world, household);
    const kim = await (await phone(household)).signsIn();
    const other = await (await phone(household)).signsIn();
    for (const { page } of [kim, other]) await page.locator('.tile .value').waitFor();
    await reports(kim, acme);
    await answers(kim, other, acme, household);
  });
  await inAWorld(browser, pushes);
} finally {
  await browser.close();
}
