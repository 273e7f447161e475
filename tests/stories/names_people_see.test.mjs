// names_people_see -- can a name turn round, hide in, or overflow what stands around it?
//
// Tried with a planted bug: a reader of models that did not look at what people see failed this.
import { model } from './vendor.mjs';
import { assert, story } from './world.mjs';

const turned = 'Lamp\u202e gnihton';

story('a name that turns what is around it, or is blank or too long, is refused', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const seen = acme.seen(kim, 'lamp-1', 'lamp', { displayName: turned });
  const reported = await acme.tells('device-detected', seen);
  assert.equal(reported.status, 'rejected');
  assert.match(reported.message, /displayName/);

  const { operator } = world;
  const network = `/app/v1/networks/${kim.network.networkId}`;
  for (const name of [turned, '\u2067', ' \u3000', 'a\u2028b', 'ü'.repeat(65)]) {
    (await kim.app.post('/app/v1/networks', { name })).is(400, 'INVALID_ARGUMENT');
    (await kim.app.patch(network, { rooms: [name] })).is(400);
    (await operator.post('/operator/v1/vendors', { name })).is(400, 'INVALID_ARGUMENT');
    for (const part of [{ title: name }, { type: 'string', enum: [name] },
      { type: 'number', unit: name }]) {
      const lamp = model('lamp');
      const bad = { ...lamp, properties: { on: { ...lamp.properties.on, ...part } } };
      (await acme.put(acme.path('thing-models/other'), bad)).is(400, 'INVALID_ARGUMENT');
    }
  }
  (await kim.app.post('/app/v1/networks', { name: 'ü'.repeat(64) })).is(201);
  await acme.detects(kim, 'lamp-1', 'lamp', { displayName: 'مصباح' });
  await kim.app.isAsked('مصباح');
});
