// answers_taken_back -- can a person undo an answer, what does the vendor hear of it, and what
// is remembered?
//
// Tried with a planted bug: a no whose webhook was owed at once failed the first two.
import { assert, story } from './world.mjs';

const CARD_MS = 600_000;

// Whoever is told in their order has missed nothing when the second has come.
async function heardBy(vendor, household, name) {
  await vendor.detects(household, name);
  await household.app.grants(name);
  await vendor.receives('grant-created', (data) => data.vendorDeviceId === name);
  return vendor.endpoint.taken.map(({ type }) => type.replace('piot.v1.', ''));
}

story('a no that is undone waits again, and its vendor never hears of it', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  const { consentId } = await kim.app.isAsked('lamp-1');
  (await kim.app.decides(consentId, 'deny')).is(200);
  assert.deepEqual(await kim.app.inbox(), []);
  const undone = (await kim.app.undoes(consentId)).is(200);
  assert.deepEqual(undone, { consentId, status: 'requested' });
  (await kim.app.undoes(consentId)).is(409, 'NOTHING_TO_UNDO');
  assert.equal((await kim.app.grants('lamp-1')).consentId, consentId);
  assert.deepEqual(await heardBy(acme, kim, 'lamp-2'), ['grant-created', 'grant-created']);
});

story('a no can be undone for a while only, and then its vendor hears of it', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const { detectionId } = await acme.detects(kim, 'lamp-1');
  const { consentId } = await kim.app.isAsked('lamp-1');
  (await kim.app.decides(consentId, 'not-mine')).is(200);
  const told = await acme.receives('grant-refused');
  assert.deepEqual(told.data, { detectionId, reason: 'not-mine' });
  (await kim.app.undoes(consentId)).is(409, 'UNDO_TOO_LATE');
}, { undo_for: '100ms' });

story('a no that is owed when piotd stops is told when it is there again', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const { detectionId } = await acme.detects(kim, 'lamp-1');
  const { consentId } = await kim.app.isAsked('lamp-1');
  (await kim.app.decides(consentId, 'deny')).is(200);
  await world.restart();
  assert.equal((await acme.receives('grant-refused')).data.detectionId, detectionId);
}, { undo_for: '2s' });

story('a grant that is undone is withdrawn, and is a question again', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const stream = kim.app.follows();
  await stream.isOpen();
  const { detectionId } = await acme.detects(kim, 'lamp-1');
  const { consentId } = await kim.app.grants('lamp-1', { capabilities: ['on'] });
  const undone = (await kim.app.undoes(consentId)).is(200);
  assert.equal(undone.consentId, consentId);
  assert.equal(undone.status, 'withdrawn');
  assert.notEqual(undone.reopenedAs, consentId);
  await stream.sees('consent-requested', (data) => data.consent === undone.reopenedAs);
  const question = await kim.app.isAsked('lamp-1');
  assert.equal(question.consentId, undone.reopenedAs);
  assert.ok(question.capabilities.length > 1, 'all that was asked for');
  assert.deepEqual(await kim.app.devices(), []);
  assert.equal((await kim.app.consent(consentId)).reason, 'undone');

  const ended = await acme.receives('grant-withdrawn');
  assert.equal(ended.data.grantId, consentId);
  assert.equal(ended.data.reason, 'undone');
  const again = await kim.app.grants('lamp-1');
  const made = await acme.receives('grant-created', (data) => data.grantId === again.consentId);
  assert.equal(made.data.detectionId, detectionId);
});

story('"never this vendor" is undone with its answer, or later by itself', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const blocked = () => kim.app.all('/app/v1/me/blocked-vendors');
  for (const name of ['lamp-1', 'lamp-2']) await acme.detects(kim, name);
  const first = await kim.app.isAsked('lamp-1');
  const second = await kim.app.isAsked('lamp-2');
  (await kim.app.decides(first.consentId, 'never-vendor')).is(200);
  const [{ blockedAt, ...who }] = await blocked();
  assert.deepEqual(who, { vendorId: acme.id, name: 'Acme' });
  assert.ok(Date.parse(blockedAt) <= Date.now() + 1);
  await kim.app.undoes(first.consentId);
  assert.deepEqual(await blocked(), []);

  (await kim.app.decides(second.consentId, 'never-vendor')).is(200);
  const path = `/app/v1/me/blocked-vendors/${acme.id}`;
  (await kim.app.delete(path)).is(204);
  (await kim.app.delete(path)).is(404, 'VENDOR_NOT_BLOCKED');
  await acme.detects(kim, 'lamp-3');
  await kim.app.isAsked('lamp-3');
});

story('several questions are answered at once, each by itself', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  for (const name of ['lamp-1', 'lamp-2', 'lamp-3']) await acme.detects(kim, name);
  const asked = await kim.app.inbox();
  const [yes, no, never] = asked.map(({ consentId }) => consentId);
  const spanOf = ({ requestedAt }) => Math.floor(Date.parse(requestedAt) / CARD_MS);
  const cards = asked.map((question) => [spanOf(question), question.card]);
  assert.deepEqual(cards.map(([span]) => new Map(cards).get(span)), cards.map(([, card]) => card),
    'one card has all of ten minutes');
  const answers = (list) => kim.app.post('/app/v1/inbox/decisions', list);

  const { results } = (await answers([
    { consentId: yes, decision: 'grant', name: 'Desk' },
    { consentId: no, decision: 'deny' },
    { consentId: never, decision: 'grant', capabilities: [] },
    { consentId: no, decision: 'grant' },
  ])).is(200);
  assert.deepEqual(results.map(({ consentId, status, code }) => [consentId, status, code]), [
    [yes, 'decided', undefined],
    [no, 'decided', undefined],
    [never, 'refused', 'CAPABILITY_REQUIRED'],
    [no, 'refused', 'CONSENT_ALREADY_DECIDED'],
  ]);
  assert.deepEqual(results[0].consent, await kim.app.consent(yes));
  assert.equal((await kim.app.device(results[0].consent.deviceId)).name, 'Desk');

  const unread = await answers([
    { consentId: never, decision: 'deny' }, { consentId: never, decision: 5 },
  ]);
  unread.is(400, 'INVALID_ARGUMENT');
  assert.match(unread.body.message, /decision 2: decision/);
  (await answers([])).is(400, 'INVALID_ARGUMENT');
  (await answers(Array(51).fill({ consentId: never, decision: 'deny' }))).is(400);
  (await answers({ consentId: never, decision: 'deny' })).is(400);
  (await answers([{ consentId: acme.id, decision: 'deny' }])).is(400, 'INVALID_ARGUMENT');
  assert.equal((await kim.app.inbox()).length, 1, 'none of these was taken');
});
