// The operator's page: figures for whoever has a token, and no person for a reader.
import { assert, inABrowser } from './browser.mjs';

inABrowser('a reader sees figures and vendors, and no person', async ({ world, phone }) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim@example.org');
  await acme.detects(kim, 'Desk lamp');
  await kim.app.grants('Desk lamp');
  const made = await world.operator.post('/operator/v1/tokens', { role: 'reader', name: 'wall' });
  const wall = await phone(null, { window: 'desk' });
  await wall.page.goto(`${world.url}/operator/`);
  await wall.page.getByLabel('Token').fill('piot_o_none_of_ours');
  await wall.page.getByRole('button', { name: 'Sign in' }).click();
  await wall.page.getByRole('alert').getByText('This token is not good').waitFor();
  await wall.isAccessible('the door of the operator’s page');
  await wall.page.getByLabel('Token').fill(made.is(201).token);
  await wall.page.getByRole('button', { name: 'Sign in' }).click();
  await wall.page.getByRole('rowheader', { name: 'Acme' }).waitFor();
  await wall.isAccessible('the operator’s page');
  const text = await wall.page.locator('main').innerText();
  assert.ok(!text.includes('kim') && !text.includes('Desk lamp'), text);
  await wall.page.reload();
  await wall.page.getByRole('rowheader', { name: 'Acme' }).waitFor(); // by its cookie
});
