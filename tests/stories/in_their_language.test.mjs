// in_their_language -- does a person say how they want to be spoken to, and are they then?
//
// The rules are tried in tests/core/rules/test_decide_account.c, the notice's words in
// test_notice.c; here, that it is so over HTTP, with the model's own words.
import { assert, story } from './world.mjs';

const A = '/app/v1';
const quietHours = { from: '22:00', to: '07:00' };

story('a person says how they are called, what they read and when it is quiet', async (world) => {
  const { app } = await world.household('kim');
  const me = (await app.get(`${A}/me`)).is(200);
  assert.equal(me.language, undefined);
  const all = { displayName: 'Kim', language: 'de', timeZone: 'Europe/Berlin', quietHours };
  const set = await app.patch(`${A}/me`, all);
  assert.deepEqual(set.is(200), { ...me, ...all });
  const read = await app.get(`${A}/me`);
  assert.deepEqual(read.is(200), set.body);
  assert.equal(read.headers.etag, set.headers.etag);
  const changed = (await app.patch(`${A}/me`, { quietHours: null, timeZone: null })).is(200);
  assert.deepEqual(changed, { ...me, displayName: 'Kim', language: 'de' });
});

story('a change made on top of an older state is not taken', async (world) => {
  const { app } = await world.household('kim');
  const { etag } = (await app.get(`${A}/me`)).headers;
  (await app.patch(`${A}/me`, { language: 'de' }, { 'if-match': etag })).is(200);
  const late = await app.patch(`${A}/me`, { language: 'en' }, { 'if-match': etag });
  late.is(412, 'PRECONDITION_FAILED');
  assert.equal((await app.get(`${A}/me`)).is(200).language, 'de');
});

story('what is no setting is refused by its name', async (world) => {
  const { app } = await world.household('kim');
  const wrong = {
    language: [5, 'l'.repeat(36)],
    timeZone: ['Europe', 'Europe/Nowhere', '../../etc/passwd', 'localtime', 'Europe/../UTC',
      'tzdata.zi', 'Z'.repeat(65)],
    displayName: ['x'.repeat(129), 'a\u0007b'],
    quietHours: ['22:00', {}, { from: '22:00' }, { from: '24:00', to: '07:00' }, [],
      { from: '22:60', to: '07:00' }, { from: '7:00', to: '22:00' }, { ...quietHours, on: true },
      { from: '22:00', to: '22:00' }, { from: '2a:00', to: '07:00' }],
    theme: ['dark'],
  };
  for (const [name, values] of Object.entries(wrong))
    for (const value of values) {
      const { message } = (await app.patch(`${A}/me`, { [name]: value })).is(400,
        'INVALID_ARGUMENT');
      assert.ok(message.startsWith(name), message);
    }
  const unknown = (await app.patch(`${A}/me`, { language: 'tlh' })).is(400, 'LANGUAGE_UNKNOWN');
  assert.match(unknown.message, /\bde\b.*\ben\b/);
  assert.equal((await app.get(`${A}/me`)).is(200).language, undefined);
});

story('the question is in their language, in the words of the model', async (world) => {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  (await kim.app.patch(`${A}/me`, { language: 'de' })).is(200);
  await acme.tellsWell('device-detected', { ...acme.seen(kim, 'lamp-1', 'lamp'),
    displayName: 'Lampe' });
  const { notice } = await kim.app.isAsked('Lampe');
  assert.equal(notice.language, 'de');
  assert.equal(notice.version, '2');
  assert.ok(notice.text.startsWith(
    '\u2068Acme\u2069 meldet: \u2068Lampe\u2069 ist jetzt in \u2068Home\u2069.'), notice.text);
  (await kim.app.patch(`${A}/me`, { language: 'en' })).is(200);
  const [question] = await kim.app.inbox();
  assert.deepEqual(question.notice, notice, 'what was asked stays as it was');
});

story('what a person set is in their export, in their history and nowhere else', async (world) => {
  const { app, accountId, password } = await world.household('kim');
  (await app.patch(`${A}/me`, { language: 'de', quietHours })).is(200);
  const all = (await app.get(`${A}/me/export`)).is(200);
  assert.equal(all.account.language, 'de');
  assert.deepEqual(all.account.quietHours, quietHours);
  const { data } = all.events.at(-1).event;
  assert.deepEqual(data, { displayName: 'kim', language: 'de', quietFrom: '22:00',
    quietTo: '07:00' });
  const seen = (await world.operator.get(`/operator/v1/accounts/${accountId}`)).is(200);
  assert.equal(seen.language, undefined);
  assert.equal(seen.quietHours, undefined);
  (await app.call('DELETE', `${A}/me`, { password })).is(202);
});
