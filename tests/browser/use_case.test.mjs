// A person buys a lamp: asked once, added by one tap, switched, and stopped again, by clicking.
import { assert, inABrowser, inEveryWindow, said } from './browser.mjs';

const on = { on: true, brightness: 60 };

inEveryWindow('somebody adds a lamp, switches it and stops it', async ({ world, phone, look }) => {
  const acme = await world.vendor('Acme');
  const home = await world.household('kim');
  const kim = await (await phone(home, look)).signsIn();
  const { page } = kim;

  await page.getByText('No device yet').waitFor();
  await acme.detects(home, 'Desk lamp');
  await page.getByRole('heading', { name: said('Desk lamp is new') }).waitFor();
  await kim.isAccessible('a question');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await kim.tile('Desk lamp').waitFor();
  await page.getByText(said('Desk lamp is added')).waitFor();

  await acme.reports('Desk lamp', on);
  await kim.tile('Desk lamp').getByText('on, 60').waitFor();
  await kim.isAccessible('home');

  acme.endpoint.answer('command-requested', () => ({ status: 200, body: { status: 'succeeded' } }));
  await kim.tile('Desk lamp').getByRole('switch').click();
  await acme.receives('command-requested', (data) => data.name === 'on' && data.input === false);
  await acme.reports('Desk lamp', { on: false, brightness: 60 });
  await kim.tile('Desk lamp').getByText('off', { exact: false }).first().waitFor();
  assert.equal(await kim.tile('Desk lamp').getByRole('switch').isChecked(), false);

  await kim.tile('Desk lamp').getByRole('link').click();
  await page.getByRole('heading', { name: 'Desk lamp' }).waitFor();
  await page.getByText('wanted').first().waitFor();
  await kim.isAccessible('a device');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await kim.isAccessible('a device that is about to be stopped');
  await page.getByRole('button', { name: 'Stop now' }).click();
  await page.getByText('No device yet').waitFor();
  await acme.receives('grant-withdrawn');
});

inABrowser(
  'an activation code in a link makes a newcomer at home, and is nowhere afterwards',
  async ({ world, phone }) => {
    const made = (await world.operator.post('/operator/v1/accounts', { login: 'ada' })).is(201);
    const ada = await phone(null);
    await ada.page.goto(`${world.url}/#activate=${encodeURIComponent(made.activationCode)}`);
    await ada.page.getByLabel('Password').fill('a long enough one');
    assert.equal(ada.page.url(), `${world.url}/`);
    await ada.isAccessible('activation');
    await ada.page.getByRole('button', { name: 'Begin' }).click();
    await ada.page.getByRole('link', { name: 'Name your home' }).click();
    await ada.page.getByLabel('Name').fill('Ada’s home');
    await ada.page.getByRole('button', { name: 'Save' }).click();
    await ada.page.getByRole('heading', { name: 'Ada’s home' }).waitFor();
    await ada.page.goto(`${world.url}/#activate=${encodeURIComponent(made.activationCode)}`);
    await ada.page.getByLabel('Password').fill('another long one');
    await ada.page.getByRole('button', { name: 'Begin' }).click();
    await ada.page.getByText('This code is not good').waitFor();
  },
);

inABrowser(
  'a wrong password is said in words, and the right one goes on',
  async ({ world, phone }) => {
    const home = await world.household('kim');
    const kim = await phone(home);
    await kim.page.goto(`${world.url}/`);
    await kim.page.getByLabel('Login').fill('kim');
    await kim.page.getByLabel('Password').fill('wrong');
    await kim.page.getByRole('button', { name: 'Sign in' }).click();
    await kim.page.getByRole('alert').getByText('do not fit together').waitFor();
    await kim.isAccessible('sign-in with a failure');
    await kim.page.getByLabel('Password').fill(home.password);
    await kim.page.getByRole('button', { name: 'Sign in' }).click();
    await kim.page.getByRole('heading', { name: 'Home' }).waitFor();
  },
);

inABrowser('an answer on one phone clears the question on the other', async ({ world, phone }) => {
  const acme = await world.vendor('Acme');
  const home = await world.household('kim');
  const one = await (await phone(home)).signsIn();
  const other = await (await phone(home)).signsIn();
  await acme.detects(home, 'Desk lamp');
  for (const each of [one, other])
    await each.page.getByRole('heading', { name: said('Desk lamp is new') }).waitFor();
  await one.page.getByRole('button', { name: 'Not mine' }).click();
  const question = other.page.getByRole('heading', { name: said('Desk lamp is new') });
  await question.waitFor({ state: 'hidden' });
  await other.page.getByText('No device yet').waitFor();
});
