// Does a person's browser show what piotd pushes, once they have asked for that?
//
// Planted bugs that this noticed: a worker that closes nothing, and one that shows nothing; one
// whose end of a question takes the next question with it, or shows nothing itself; a click that
// leaves what is clicked, goes nowhere, or takes another page for the app; who is not told again,
// and somebody else who is, or whose browser is left subscribed.
import { assert, inABrowser, said } from './browser.mjs';
import { clicks, hears, shown, told } from './pushed.mjs';
import { until } from '../stories/wait.mjs';

// A browser takes what it shows away by itself after about 20 s; what is gone sooner was closed.
const FADES_MS = 16_000;

// The key that it is subscribed with.
const subscribed = ({ page }) => page.evaluate(() => localStorage.getItem('held'));

const WAITS = 'A device waits for your answer.';

const titles = async ({ page }) => (await shown(page)).map(([title]) => title);

inABrowser('a question is shown by the browser, and gone when it is answered', async (given) => {
  const { acme, household, kim, browser, delivers } = await told(given);
  const { publicKey } = (await household.app.get('/app/v1/push-key')).is(200);
  assert.equal(await subscribed(kim), publicKey);
  await kim.isAccessible('notifications');

  await acme.detects(household, 'lamp-1');
  await hears(browser, 1);
  await delivers(browser.pushes[0]);
  await until('it is shown', async () => (await shown(kim.page)).length === 1);
  assert.deepEqual(await shown(kim.page), [
    [WAITS, 'questions', { navigate: `${given.world.url}/#/questions` }],
  ]);

  // Something is shown for each push, else browsers show what they like or push no more.
  await household.app.grants('lamp-1');
  await hears(browser, 2);
  await delivers(browser.pushes[1]);
  await until('it says so', async () => {
    const all = await titles(kim);
    return all.length === 1 && all[0] === 'Nothing waits for you any more.';
  });
  await until('it is gone', async () => (await shown(kim.page)).length === 0, FADES_MS / 2);

  await kim.page.getByRole('button', { name: 'Tell me no more' }).click();
  await kim.page.getByText('This device tells you no more.').waitFor();
  assert.equal((await household.app.history('?type=push-unsubscribed')).length, 1);
  assert.equal(await subscribed(kim), null);
});

inABrowser('a question that comes at once after an answer stays', async (given) => {
  const { acme, household, kim, browser, delivers } = await told(given);
  const [worker_] = kim.context.serviceWorkers();
  await worker_.evaluate(() => {
    self.setTimeout = (...wanted) => {
      self.later = wanted;
    };
  });
  await acme.detects(household, 'lamp-1');
  await hears(browser, 1);
  await household.app.grants('lamp-1');
  await hears(browser, 2);
  await delivers(browser.pushes[1]);
  await until('it is answered', async () => (await titles(kim)).length === 1);
  await delivers(browser.pushes[0]);
  await until('it is asked', async () => (await titles(kim))[0] === WAITS);
  await worker_.evaluate(() => self.later[0]());
  assert.deepEqual(await titles(kim), [WAITS]);
});

inABrowser('from a push to a device that works it is two taps', async (given) => {
  const { acme, household, kim, browser, delivers } = await told(given);
  await kim.goesTo('privacy');
  await acme.detects(household, 'Desk lamp');
  await hears(browser, 1);
  await delivers(browser.pushes[0]);
  await until('it is shown', async () => (await shown(kim.page)).length === 1);
  assert.deepEqual(await clicks(kim), ['focus']);
  await kim.page.getByRole('heading', { name: 'Questions' }).waitFor();
  assert.deepEqual(await shown(kim.page), []);
  await kim.page.getByRole('button', { name: 'Add', exact: true }).click();
  await kim.page.getByText(said('Desk lamp is added')).waitFor();
  await kim.tile('Desk lamp').waitFor();
});

inABrowser('without a window of the app a push opens one', async (given) => {
  const { acme, household, kim, browser, delivers } = await told(given);
  const other = await kim.context.newPage();
  await other.goto(`${given.world.url}/operator/`);
  await acme.detects(household, 'Desk lamp');
  await hears(browser, 1);
  await delivers(browser.pushes[0]);
  await until('it is shown', async () => (await shown(other)).length === 1);
  await kim.page.close();
  assert.deepEqual(await clicks(kim), [`${given.world.url}/#/questions`]);
});

inABrowser('who signs in again is told again, and nobody else is', async (given) => {
  const { acme, household, kim, browser, delivers } = await told(given);
  const { page } = kim;
  const signsOut = async () => {
    await kim.goesTo('you');
    await page.getByRole('button', { name: 'Sign out here' }).click();
    await page.getByLabel('Login').waitFor();
  };
  await signsOut();
  assert.equal(await subscribed(kim), null);
  await kim.signsIn();
  await until('it is subscribed', () => subscribed(kim));
  await kim.goesTo('you');
  await page.getByRole('button', { name: 'Tell me no more' }).waitFor();
  await acme.detects(household, 'lamp-1');
  await hears(browser, 1);
  await delivers(browser.pushes[0]);
  await until('it is shown', async () => (await shown(page)).length === 1);

  await kim.context.clearCookies();
  kim.household = await given.world.household('lee');
  await kim.signsIn();
  await kim.goesTo('you');
  await page.getByRole('button', { name: 'Tell me', exact: true }).waitFor();
  assert.equal(await subscribed(kim), null);
});

inABrowser('a browser that shows nothing says so in plain words', async ({ world, phone }) => {
  const kim = await phone(await world.household('kim'));
  await kim.signsIn();
  await kim.goesTo('you');
  await kim.page
    .getByText('This browser cannot be told anything while the app is closed')
    .waitFor();
  await kim.isAccessible('notifications');
});
