// pushed.mjs -- somebody whose browser piotd pushes to.
//
// A browser's own push service is the one thing that is played: what it would give the page is of
// a service on loopback, and what came there goes on to the worker by the browser's own tools.
import { PushService } from '../stories/push_service.mjs';
import { until } from '../stories/wait.mjs';

// Into the page, before its own code runs. As a browser's, a subscription outlives the page.
function subscribesThere(subscription) {
  const held = () =>
    localStorage.getItem('held') && {
      toJSON: () => subscription,
      unsubscribe: async () => localStorage.removeItem('held'),
    };
  PushManager.prototype.getSubscription = async () => held();
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    localStorage.setItem('held', applicationServerKey);
    return held();
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

export const shown = (page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    return (await registration.getNotifications()).map(({ title, tag, data }) => [
      title,
      tag,
      data,
    ]);
  });

// In the worker: a click on what is shown. One that is made by a script may neither be waited for
// nor put a window in front or open one, so those three are played; the rest is the worker's own.
async function isClicked() {
  const [notification] = await registration.getNotifications();
  const event = new NotificationEvent('notificationclick', { notification });
  const opened = [];
  let done;
  event.waitUntil = (waits) => {
    done = waits;
  };
  WindowClient.prototype.focus = async function focus() {
    opened.push('focus');
    return this;
  };
  Clients.prototype.openWindow = async (url) => {
    opened.push(url);
  };
  self.dispatchEvent(event);
  await done;
  return opened;
}
export const clicks = ({ context }) => context.serviceWorkers()[0].evaluate(isClicked);

// Somebody who asked to be told, by a click.
export async function told({ world, phone }) {
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
  return { acme, household, kim, browser, delivers: await worker(kim) };
}

export const hears = (browser, count) =>
  until(`piotd pushes ${count} times`, () => browser.got.length === count);
