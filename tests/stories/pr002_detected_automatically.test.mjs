// PR 002 -- is a device that connects to a personal network detected, and brought to the
// right account, by nothing but the address it came from?
import { assert, story } from './world.mjs';
import { ago } from './vendor.mjs';

const HOUR_MS = 3_600_000;
const observed = (address) => ({
  observation: { observedAt: new Date().toISOString(), ...address },
});

async function leases(world, ...list) {
  (await world.operator.post('/operator/v1/leases', list)).is(200);
}

story('a device comes to the account whose gateway held its address', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const lee = await world.household('lee');
  await acme.detects(lee, 'lamp-1');
  const question = await lee.app.isAsked('lamp-1');
  assert.equal(question.vendor.name, 'Acme');
  assert.equal(question.network.networkId, lee.network.networkId);
  assert.deepEqual(await kim.app.inbox(), []);
});

story('an IPv6 address leads to the gateway with the longest matching prefix', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const lee = await world.household('lee');
  const from = ago(HOUR_MS);
  await leases(
    world,
    { gatewayId: kim.gatewayId, ipv6Prefix: '2001:db8:17::/48', from },
    { gatewayId: lee.gatewayId, ipv6Prefix: '2001:db8:17:42::/64', from },
  );
  const at = (ipv6Address) => observed({ ipv6Address });
  await acme.detects(kim, 'wide', 'lamp', at('2001:db8:17:41::1'));
  await acme.detects(lee, 'narrow', 'lamp', at('2001:db8:17:42::1'));
  await kim.app.isAsked('wide');
  await lee.app.isAsked('narrow');
  assert.equal((await kim.app.inbox()).length, 1);
});

story('behind a shared IPv4 address the port tells whose device it is', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const lee = await world.household('lee');
  const from = ago(HOUR_MS);
  const block = (who, portFrom, portTo) => ({
    gatewayId: who.gatewayId, ipv4: '203.0.113.9', portFrom, portTo, from,
  });
  await leases(world, block(kim, 1024, 2047), block(lee, 2048, 3071));
  const at = (port) => observed({ ipv4Address: { publicAddress: '203.0.113.9', ...port } });
  await acme.detects(kim, 'first', 'lamp', at({ publicPort: 2047 }));
  await acme.detects(lee, 'second', 'lamp', at({ publicPort: 2048 }));
  await acme.detects(lee, 'nobody', 'lamp', at({ publicPort: 4000 }));
  await acme.detects(lee, 'portless', 'lamp', at({}));
  await kim.app.isAsked('first');
  await lee.app.isAsked('second');
  assert.equal((await kim.app.inbox()).length, 1);
  assert.equal((await lee.app.inbox()).length, 1);
});

story('an address counts for whoever held it when the device was seen', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const lee = await world.household('lee');
  const ipv4 = '203.0.113.77';
  await leases(
    world,
    { gatewayId: kim.gatewayId, ipv4, from: ago(HOUR_MS), to: ago(60_000) },
    { gatewayId: lee.gatewayId, ipv4, from: ago(60_000) },
  );
  await acme.detects(kim, 'before', 'lamp', { address: ipv4, observedAt: ago(90_000) });
  await acme.detects(lee, 'after', 'lamp', { address: ipv4, observedAt: ago(30_000) });
  assert.equal((await kim.app.isAsked('before')).device.displayName, 'before');
  await lee.app.isAsked('after');
  assert.equal((await kim.app.inbox()).length, 1);
});

story('a detection that is too old, or of the future, is refused', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const tell = (observedAt) =>
    acme.tells('device-detected', acme.seen(kim, 'lamp-1', 'lamp', { observedAt }));
  assert.equal((await tell(ago(301_000))).code, 'OBSERVATION_TOO_OLD');
  assert.equal((await tell(ago(-60_000))).code, 'OBSERVATION_IN_FUTURE');
  assert.equal((await tell(ago(290_000))).status, 'accepted');
  await kim.app.isAsked('lamp-1');
});

story('a gateway that many people share never asks anybody', async (world) => {
  const acme = await world.vendor('Acme');
  const cafe = await world.household('cafe', { shared: true });
  const kim = await world.household('kim');
  await acme.detects(cafe, 'lamp-1');
  await acme.detects(kim, 'lamp-2');
  await kim.app.isAsked('lamp-2'); // so the first has been dealt with, too
  assert.deepEqual(await cafe.app.inbox(), []);
});
