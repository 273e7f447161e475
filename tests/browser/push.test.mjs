// Does a person's browser show what piotd pushes, once they have asked for that?
//
// A browser's own push service is the one thing that is played: what it would give the page is of
// a service on loopback, and what came there goes on to the worker by the browser's own tools.
//
// Planted bugs that this noticed: a worker that closes nothing, and one that shows nothing.
import { assert, inABrowser } from './browser.mjs';
import { PushService } from '../stories/push_service.mjs';
import { until } from '../stories/wait.mjs';

// A browser takes what it shows away by itself after about 20 s; what is gone sooner was closed.
const FADES_MS = 16_000;

// Into the page, before its own code runs.
function subscribesThere(subscription) {
  PushManager.prototype.subscribe = ({ applicationServerKey }) => {
    globalThis.subscribedWith = applicationServerKey;
    return Promise.resolve({ toJSON: () => subscription });
  };
}

async function worker(person) {
  const cdp = await person.context.newCDPSession(person.page);
  const known = new Promise((resolve) => {
    cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: [one] }) => {
      if (one) resolve(one.registrationId);
    });
  });
  await cdp.send('ServiceWorker.enable');
  const registrationId = await known;
  return (push) =>
    cdp.send('ServiceWorker.deliverPushMessage', {
      origin: new URL(person.url).origin,
      registrationId,
      data: JSON.stringify(push),
    });
}

const shown = (page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    return (await registration.getNotifications()).map(({ title, tag, data }) => [
      title,
      tag,
      data,
    ]);
  });

inABrowser('a question is shown by the browser, and gone when it is answered', async (given) => {
  const { world, phone } = given;
  const service = world.helperOf(await new PushService().open());
  const acme = await world.vendor('Acme');
  const household = await world.household('kim');
  const kim = await phone(household, { worker: true });
  const browser = service.browser();
  await kim.context.grantPermissions(['notifications'], { origin: world.url });
  await kim.page.addInitScript(subscribesThere, browser.subscription);
  await kim.signsIn();
  await kim.page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await kim.goesTo('you');
  await kim.page.getByRole('button', { name: 'Tell me', exact: true }).click();
  await kim.page.getByText('This device tells you from now on.').waitFor();
  const { publicKey } = (await household.app.get('/app/v1/push-key')).is(200);
  assert.equal(await kim.page.evaluate(() => globalThis.subscribedWith), publicKey);
  await kim.isAccessible('notifications');

  const delivers = await worker(kim);
  await acme.detects(household, 'lamp-1');
  await until('piotd pushes', () => browser.got.length === 1);
  await delivers(browser.pushes[0]);
  await until('it is shown', async () => (await shown(kim.page)).length === 1);
  assert.deepEqual(await shown(kim.page), [
    ['A device waits for your answer.', 'questions', { navigate: `${world.url}/#/questions` }],
  ]);

  await household.app.grants('lamp-1');
  await until('piotd pushes', () => browser.got.length === 2);
  await delivers(browser.pushes[1]);
  await until('it is gone', async () => (await shown(kim.page)).length === 0, FADES_MS / 2);

  await kim.page.getByRole('button', { name: 'Tell me no more' }).click();
  await kim.page.getByText('This device tells you no more.').waitFor();
  assert.equal((await household.app.history('?type=push-unsubscribed')).length, 1);
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
