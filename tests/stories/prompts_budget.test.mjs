// prompts_budget -- can nobody nag a household with questions?
import { assert, story } from './world.mjs';

story('one vendor has so many questions open in an account, and no more', async (world) => {
  const acme = await world.vendor('Acme');
  const brio = await world.vendor('Brio');
  const kim = await world.household('kim');
  for (const n of [1, 2, 3, 4]) await acme.detects(kim, `lamp-${n}`);
  assert.equal((await kim.app.inbox()).length, 2);
  await brio.detects(kim, 'hall-1');
  await kim.app.isAsked('hall-1');

  await kim.app.grants('lamp-1');
  await acme.detects(kim, 'lamp-3');
  await kim.app.isAsked('lamp-3'); // an answer makes room
}, { vendor_prompts_open_max: 2 });

story('an account has so many questions open, and no more', async (world) => {
  const vendors = [];
  for (const name of ['Acme', 'Brio', 'Cato']) vendors.push(await world.vendor(name));
  const kim = await world.household('kim');
  const lee = await world.household('lee');
  for (const vendor of vendors) await vendor.detects(kim, `of-${vendor.name}`);
  assert.deepEqual(
    (await kim.app.inbox()).map((question) => question.vendor.name).sort(),
    ['Acme', 'Brio'],
  );
  await vendors[2].detects(lee, 'elsewhere');
  await lee.app.isAsked('elsewhere');
}, { prompts_open_max: 2 });

story('the operator gives a vendor a budget of its own', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const path = `/operator/v1/vendors/${acme.id}`;
  const changed = (await world.operator.patch(path, { limits: { promptsOpenMax: 1 } })).is(200);
  assert.equal(changed.limits.promptsOpenMax, 1);
  for (const n of [1, 2]) await acme.detects(kim, `lamp-${n}`);
  assert.equal((await kim.app.inbox()).length, 1);
});

story('a no is about that device, and not about all that its vendor has', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  const { consentId } = await kim.app.isAsked('lamp-1');
  (await kim.app.decides(consentId, 'deny')).is(200);
  await acme.detects(kim, 'lamp-1');
  await acme.detects(kim, 'lamp-2');
  await kim.app.isAsked('lamp-2');
  assert.equal((await kim.app.inbox()).length, 1);
});

story('one device that is reported again and again is asked about once', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  for (let i = 0; i < 10; i++) await acme.detects(kim, 'lamp-1');
  assert.equal((await kim.app.inbox()).length, 1);
});
