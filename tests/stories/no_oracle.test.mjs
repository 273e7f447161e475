// no_oracle -- does a vendor learn nothing from a detection's answer, nor from the time it takes,
// whoever it led to?
import { assert, story } from './world.mjs';

const SERVICE_OF_ITS_OWN = ['date', 'x-correlator', 'x-log-position'];

function shapeOf(answer) {
  const { detectionId, id, ...rest } = answer.is(202).results[0];
  const headers = Object.keys(answer.headers).sort();
  for (const name of SERVICE_OF_ITS_OWN.slice(1)) assert.ok(headers.includes(name), name);
  return {
    rest, headers, size: answer.text.length, ids: [detectionId.slice(0, 4), detectionId.length],
  };
}

story('a detection gets one kind of answer, whether it led to anybody or not', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  const cafe = await world.household('cafe', { shared: true });
  const held = await world.household('held');
  await acme.detects(held, 'taken-1');
  await held.app.grants('taken-1');
  await acme.detects(kim, 'denied1');
  const { consentId } = await kim.app.isAsked('denied1');
  (await kim.app.decides(consentId, 'never-vendor')).is(200);

  const nobody = { address: '192.0.2.200' };
  const answers = {};
  for (const [what, household, device] of [
    ['resolved', held, 'lamp-01'],
    ['of nobody', nobody, 'lamp-02'],
    ['shared', cafe, 'lamp-03'],
    ['blocked', kim, 'lamp-04'],
    ['denied before', kim, 'denied1'],
    ['held here', held, 'taken-1'],
    ['held elsewhere', kim, 'taken-1'],
    ['asked already', held, 'lamp-01'],
  ]) {
    const event = acme.event('device-detected', acme.seen(household, device, 'lamp'));
    answers[what] = shapeOf(await acme.posts(event));
  }
  for (const [what, shape] of Object.entries(answers))
    assert.deepEqual(shape, answers.resolved, what);
  assert.deepEqual(answers.resolved.rest, { index: 0, status: 'accepted' });
});

const WORK = ['intents_total', 'events_total', 'rows_written_total', 'rows_written_bytes_total',
  'commits_total'];

// What piotd does for `act`, as its metrics count it.
async function workOf(world, act) {
  const look = async () => Promise.all(WORK.map((name) => world.metric(name)));
  const before = await look();
  await act();
  const after = await look();
  return after.map((figure, i) => figure - before[i]).join(' ');
}

// What was seen most often: now and then a checkpoint, too, falls into a turn.
function usual(works) {
  const times = (work) => works.filter((each) => each === work).length;
  return works.reduce((best, work) => (times(work) > times(best) ? work : best));
}

story('a detection costs the same work, whether it leads to anybody or not', async (world) => {
  const acme = await world.vendor('Acme');
  const work = { somebody: [], nobody: [], 'somebody, later': [], 'nobody, later': [] };
  for (let i = 0; i < 9; i += 1) {
    const household = await world.household(`kim-${i}`);
    for (const [whom, where] of [
      ['somebody', household],
      ['nobody', { address: `192.0.2.${100 + i}` }],
    ]) {
      const lamp = acme.seen(where, `lamp-${whom.length}-${i}`, 'lamp', { displayName: 'Lamp' });
      work[whom].push(await workOf(world, () => acme.tellsWell('device-detected', lamp)));
      work[`${whom}, later`].push(await workOf(world, () => world.detectionsAreResolved()));
    }
    await household.app.isAsked('Lamp');
  }
  assert.equal(usual(work.somebody), usual(work.nobody), 'while the vendor waits');
  assert.match(usual(work.nobody), /^1 1 \d+ \d+ 1$/, 'one intent, one event, one sync');
  const [, , ...later] = usual(work['somebody, later']).split(' ');
  assert.deepEqual(usual(work['nobody, later']).split(' ').slice(2), later, 'what comes later');
});

story('before consent a report is refused in the same words, known or not', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'asked-1');
  await kim.app.isAsked('asked-1');
  await acme.detects({ address: '192.0.2.200' }, 'lost-01');
  const refusals = [];
  for (const name of ['asked-1', 'lost-01', 'never-1']) {
    const { id, position, ...rest } = await acme.reports(name, { on: true });
    refusals.push(rest);
  }
  assert.equal(refusals[0].code, 'CONSENT_REQUIRED');
  assert.deepEqual(refusals[1], refusals[0]);
  assert.deepEqual(refusals[2], refusals[0]);
});

story('a vendor never sees the ids of accounts, networks or devices', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  const device = await kim.app.grants('lamp-1');
  await kim.app.sets(device.deviceId, 'on', true);
  await acme.receives('command-requested');
  (await kim.app.withdraws(device.consentId)).is(200);
  await acme.receives('grant-withdrawn');
  const sent = acme.endpoint.attempts.map(({ body }) => body).join('\n');
  assert.doesNotMatch(sent, /\b(acc|net|dev)_[0-9a-z]{26}\b/);
  assert.doesNotMatch(sent, new RegExp(kim.address.replaceAll('.', '\\.')));
});

story('a sign-in with an unknown login fails as one with a wrong password does', async (world) => {
  const kim = await world.household('kim');
  const tryIt = (given) => world.nobody.post('/app/v1/sessions', given);
  const wrong = await tryIt({ login: kim.login, password: 'not this one at all' });
  const unknown = await tryIt({ login: 'nobody', password: 'not this one at all' });
  const plain = (answer) => ({ ...answer.body, instance: '' });
  wrong.is(unknown.status);
  assert.ok([401, 403].includes(wrong.status), wrong.text);
  assert.deepEqual(plain(wrong), plain(unknown));
});

story('a position tells a vendor nothing, and still can be waited for', async (world) => {
  const acme = await world.vendor('Acme');
  const { position } = await acme.detects({ address: '192.0.2.200' }, 'lost-1');
  assert.match(position, /^1\/[\w-]{48}$/);
  const models = acme.path('thing-models');
  (await acme.get(`${models}?after=${encodeURIComponent(position)}`)).is(200);
  (await acme.get(`${models}?after=1%2F3`)).is(400);
});
