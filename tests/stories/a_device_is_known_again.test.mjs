// a_device_is_known_again -- does whoever shuts a login leave it open to the telephone that has
// signed in before, and to nothing that only says so?
//
// Tried with a planted bug: a device that another account knows was known to this one.
import { assert, story } from './world.mjs';

const A = '/app/v1';
const PASSWORD = 'correct horse battery';

// All tries come from one address, so that ten wrong ones shut the login for it.
const tries = (world, login, password, knownDevice, more = {}) =>
  world.nobody.post(`${A}/sessions`, { login, password, knownDevice, ...more },
    { 'x-forwarded-for': '203.0.113.9' });

async function shuts(world, login) {
  for (let n = 0; n < 10; n += 1) (await tries(world, login, 'wrong')).is(401);
  (await tries(world, login, PASSWORD)).is(429, 'TOO_MANY_REQUESTS');
}

story('a device that signed in before gets in while its login is shut', async (world) => {
  const kim = await world.household('kim');
  const { knownDevice } = (await tries(world, 'kim', PASSWORD)).is(201);
  assert.match(knownDevice, /^[\w-]{40,128}$/);
  await shuts(world, 'kim');
  const again = (await tries(world, 'kim', PASSWORD, knownDevice)).is(201);
  assert.ok(again.token && again.knownDevice !== knownDevice);
  await world.restart();
  await shuts(world, 'kim');
  (await tries(world, 'kim', PASSWORD, again.knownDevice)).is(201);
  // It has ten wrong guesses of its own, whichever of its texts it brings.
  for (let n = 0; n < 10; n += 1)
    (await tries(world, 'kim', 'wrong', n % 2 ? knownDevice : again.knownDevice)).is(401);
  (await tries(world, 'kim', PASSWORD, knownDevice)).is(429, 'TOO_MANY_REQUESTS');
  assert.ok(kim.app.token);
});

story('the telephone that used the activation code is known', async (world) => {
  const { activationCode: code } =
    (await world.operator.post('/operator/v1/accounts', { login: 'kim' })).is(201);
  const used = { code, password: PASSWORD };
  const { knownDevice } = (await world.nobody.post(`${A}/activations`, used)).is(201);
  await shuts(world, 'kim');
  (await tries(world, 'kim', PASSWORD, knownDevice)).is(201);
});

story('who says to be known gets in no more than others', async (world) => {
  await world.household('kim');
  await world.household('lee');
  const { knownDevice: kims } = (await tries(world, 'kim', PASSWORD)).is(201);
  const { knownDevice: lees } = (await tries(world, 'lee', PASSWORD)).is(201);
  await shuts(world, 'kim');
  const flipped = kims.slice(0, -1) + (kims.endsWith('A') ? 'B' : 'A');
  const middle = kims.slice(0, 50) + (kims[50] === 'x' ? 'y' : 'x') + kims.slice(51);
  for (const forged of [lees, flipped, middle, kims.slice(1), `${kims}A`, 'known', ''])
    (await tries(world, 'kim', PASSWORD, forged)).is(429, 'TOO_MANY_REQUESTS');
  (await tries(world, 'kim', 'wrong', kims)).is(401, 'UNAUTHENTICATED');
  // Nothing is said of it, and a login nobody bears answers the same.
  (await tries(world, 'nobody', PASSWORD, kims)).is(401, 'UNAUTHENTICATED');
  const long = await tries(world, 'lee', PASSWORD, 'x'.repeat(129));
  assert.match(long.is(400, 'INVALID_ARGUMENT').message, /^knownDevice /);
  (await tries(world, 'lee', PASSWORD, 7)).is(400, 'INVALID_ARGUMENT');
  (await tries(world, 'lee', PASSWORD, null)).is(201);
});
