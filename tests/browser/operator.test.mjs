// The operator's page: figures and vendors for whoever has a token; what became of one delivery and
// having it sent again for operators; and no person for a reader.
//
// Planted bug that this noticed: a button that sends again on a reader's page.
import { until } from '../stories/wait.mjs';
import { assert, inABrowser, inEveryWindow } from './browser.mjs';

async function signsIn(person, token) {
  await person.page.goto(`${person.url}/operator/`);
  await person.page.getByLabel('Token').fill(token);
  await person.page.getByRole('button', { name: 'Sign in' }).click();
  await person.page.getByRole('heading', { name: 'Vendors' }).waitFor();
}

const readerOf = async (world) => {
  const asked = { role: 'reader', name: 'wall' };
  return (await world.operator.post('/operator/v1/tokens', asked)).is(201).token;
};

const givesUp = {
  webhook_retry_first: '20ms', webhook_retry_max: '50ms',
  webhook_tried_for: '1s', webhook_attempts_min: 2, undo_for: '0s', acknowledge_within: '1s',
};

// A vendor that answers 500 to two notices, until they are given up.
async function withDeadLetters(world) {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim@example.org');
  acme.endpoint.answer('grant-refused', () => ({ status: 500, body: { sorry: 'busy' } }));
  for (const name of ['Desk lamp', 'Bed lamp']) {
    await acme.detects(kim, name);
    const { consentId } = await kim.app.isAsked(name);
    (await kim.app.decides(consentId, 'deny')).is(200);
  }
  await until('both are given up', async () => {
    const { items } = (await acme.get(acme.path('deliveries?status=dead'))).is(200);
    return items.length === 2;
  });
  return { acme, kim };
}

inABrowser('a reader sees figures and vendors, and no person', async ({ world, phone }) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim@example.org');
  await acme.detects(kim, 'Desk lamp');
  await kim.app.grants('Desk lamp');
  const token = await readerOf(world);
  const wall = await phone(null, { window: 'desk' });
  await wall.page.goto(`${world.url}/operator/`);
  await wall.page.getByLabel('Token').fill('piot_o_none_of_ours');
  await wall.page.getByRole('button', { name: 'Sign in' }).click();
  await wall.page.getByRole('alert').getByText('This token is not good').waitFor();
  await wall.isAccessible('the door of the operator’s page');
  await wall.page.getByLabel('Token').fill(token);
  await wall.page.getByRole('button', { name: 'Sign in' }).click();
  await wall.page.getByRole('rowheader', { name: 'Acme' }).waitFor();
  await wall.isAccessible('the operator’s page');
  const text = await wall.page.locator('main').innerText();
  assert.ok(!text.includes('kim') && !text.includes('Desk lamp'), text);
  await wall.page.reload();
  await wall.page.getByRole('rowheader', { name: 'Acme' }).waitFor(); // by its cookie
});

inEveryWindow('what was given up is seen with its attempts, and sent again',
  async ({ world, phone, look }) => {
    const { acme } = await withDeadLetters(world);
    const desk = await phone(null, look);
    const { page } = desk;
    await signsIn(desk, world.piotd.operatorToken);
    const row = page.getByRole('row', { name: /Acme/ });
    await row.getByRole('cell', { name: '2', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Acme' }).click();
    await page.getByText('answered 500').first().waitFor();
    await page.getByRole('button', { name: 'grant-refused' }).first().click();
    await page.getByText('{"sorry":"busy"}').first().waitFor();
    await desk.isAccessible('a delivery with its attempts');
    await page.getByRole('button', { name: 'grant-refused' }).first().click();
    await page.getByText('{"sorry":"busy"}').first().waitFor({ state: 'detached' });
    acme.endpoint.answer('grant-refused', () => ({ status: 204 }));
    await page.getByRole('button', { name: 'Send again' }).first().click();
    await page.getByRole('status').getByText('1 on the way again').waitFor();
    await acme.receives('grant-refused');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'grant-refused' }).waitFor();
  }, givesUp);

inABrowser('all that was given up is sent again at once', async ({ world, phone }) => {
  const { acme } = await withDeadLetters(world);
  const desk = await phone(null, { window: 'desk' });
  await signsIn(desk, world.piotd.operatorToken);
  await desk.page.getByRole('button', { name: 'Acme' }).click();
  acme.endpoint.answer('grant-refused', () => ({ status: 204 }));
  await desk.page.getByRole('button', { name: 'Send all again' }).click();
  await desk.page.getByRole('status').getByText('2 on the way again').waitFor();
  await desk.page.getByText('None yet.').waitFor();
}, givesUp);

inABrowser('a reader sees what was given up, and has no way to open it or send it',
  async ({ world, phone }) => {
    await withDeadLetters(world);
    const wall = await phone(null, { window: 'desk' });
    const asked = [];
    wall.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await signsIn(wall, await readerOf(world));
    await wall.page.getByRole('button', { name: 'Acme' }).click();
    await wall.page.getByText('answered 500').first().waitFor();
    await wall.isAccessible('a vendor, for a reader');
    assert.equal(await wall.page.getByRole('button', { name: /again|grant-refused/ }).count(), 0);
    const text = await wall.page.locator('main').innerText();
    assert.ok(!/kim|lamp/.test(text), text);
    assert.ok(!asked.some((path) => path.includes('/deliveries/')), asked.join());
  }, givesUp);

inABrowser('a vendor that is suspended, or owes an acknowledgement, is seen as such',
  async ({ world, phone }) => {
    const acme = await world.vendor('Acme');
    const kim = await world.household('kim@example.org');
    await acme.detects(kim, 'Desk lamp');
    const { consentId } = await kim.app.grants('Desk lamp');
    (await kim.app.withdraws(consentId)).is(200);
    (await world.operator.post(`/operator/v1/vendors/${acme.id}/suspend`)).is(200);
    await until('it is overdue', async () =>
      (await world.operator.get('/operator/v1/withdrawals?overdue=true')).is(200).items.length > 0);
    const desk = await phone(null, { window: 'phone', scheme: 'dark' });
    await signsIn(desk, world.piotd.operatorToken);
    await desk.page.getByRole('rowheader', { name: 'Acme suspended' }).waitFor();
    await desk.page.getByRole('button', { name: 'Acme' }).click();
    await desk.page.getByText(consentId).waitFor();
    await desk.isAccessible('an overdue withdrawal');
  }, givesUp);
