// eventsource -- does a client that is not ours, following an app's stream, see every event
// once and in order, over restarts and broken connections?
//
// Tried with planted bugs, which stay in here as tests: a proxy that loses one event, and
// one that repeats one, have to be caught by the very comparison the others rely on.
import { randomUUID } from 'node:crypto';
import { Stream } from '../stories/stream.mjs';
import { until } from '../stories/wait.mjs';
import { assert, story } from '../stories/world.mjs';

const ROUNDS = 40;

// What the account's history has from the first event the stream told of, oldest first.
async function historyFrom(app, stream) {
  const all = (await app.history('?limit=200')).reverse();
  const first = all.findIndex((event) => event.id === stream.events[0]?.id);
  assert.notEqual(first, -1, 'the first event that was told is in the history');
  return all.slice(first).map((event) => event.id);
}

async function seesAll(app, stream) {
  const last = (await app.history('?limit=1'))[0].id;
  await until('the stream has come to the end', () => stream.events.some((e) => e.id === last));
  assert.deepEqual(stream.events.map((event) => event.id), await historyFrom(app, stream));
  assert.equal(stream.resets, 0);
}

async function lampAtHome(world) {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  await kim.app.grants('lamp-1');
  return { acme, kim };
}

async function switches(acme, times) {
  for (let i = 0; i < times; i++) await acme.reports('lamp-1', { brightness: i % 101 });
}

story('a client sees each event once and in order', async (world) => {
  const { acme, kim } = await lampAtHome(world);
  const stream = kim.app.follows();
  await stream.isOpen();
  await switches(acme, ROUNDS);
  await seesAll(kim.app, stream);
  const places = stream.events.map((event) => Number(event.lastEventId.split('/')[1]));
  assert.deepEqual(places, [...places].sort((a, b) => a - b));
  for (const event of stream.events) assert.equal(event.lastEventId, event.position);
});

story('a client resumes across restarts without losing or repeating an event', async (world) => {
  const { acme, kim } = await lampAtHome(world);
  const stream = kim.app.follows();
  await stream.isOpen();
  for (let restart = 1; restart <= 3; restart++) {
    await switches(acme, ROUNDS / 4);
    await world.restart();
    await switches(acme, ROUNDS / 4);
    await stream.isOpen(restart + 1);
  }
  await switches(acme, 1);
  await seesAll(kim.app, stream);
});

story('a client resumes after a kill, with what was acknowledged before it', async (world) => {
  const { acme, kim } = await lampAtHome(world);
  const stream = kim.app.follows();
  await stream.isOpen();
  await switches(acme, ROUNDS);
  await world.kill();
  await world.piotd.start();
  await switches(acme, 3);
  await stream.isOpen(2);
  await seesAll(kim.app, stream);
});

story('a client that comes with an id the log never had is told to start again', async (world) => {
  const { acme, kim } = await lampAtHome(world);
  const url = `${world.url}/app/v1/stream?lastEventId=0/999999`;
  const stream = world.streamOf(new Stream(url, kim.app.token));
  await until('the reset is told', () => stream.resets === 1);
  await switches(acme, 1);
  await stream.sees('device-state-reported');
});

story('a stream ends with its session', async (world) => {
  const { kim } = await lampAtHome(world);
  const { token } = await kim.signsIn();
  const stream = world.streamOf(new Stream(`${world.url}/app/v1/stream`, token));
  await stream.isOpen();
  const out = { authorization: `Bearer ${token}` };
  (await world.nobody.delete('/app/v1/sessions/current', out)).is(204);
  await until('the client gives up', () => stream.source.readyState === 2);
});

story('a stream tells nothing of another household', async (world) => {
  const { acme, kim } = await lampAtHome(world);
  const lee = await world.household('lee');
  const stream = lee.app.follows();
  await stream.isOpen();
  await switches(acme, 5);
  await acme.detects(lee, 'lamp-2');
  await stream.sees('consent-requested', (data) => data.vendorDeviceId === 'lamp-2');
  assert.equal(JSON.stringify(stream.events).includes(kim.accountId), false);
  assert.equal(stream.events.some((e) => e.type === 'piot.v1.device-state-reported'), false);
});

// Between server and client: gives the client what `change` makes of the whole frames.
function through(change) {
  return async (input, init) => {
    const response = await fetch(input, init);
    let rest = '';
    const frames = new TransformStream({
      transform(chunk, controller) {
        rest += Buffer.from(chunk).toString();
        for (let end; (end = rest.indexOf('\n\n')) >= 0; rest = rest.slice(end + 2))
          for (const frame of change(rest.slice(0, end + 2)))
            controller.enqueue(Buffer.from(frame));
      },
    });
    const { status, headers } = response;
    return new Response(response.body.pipeThrough(frames), { status, headers });
  };
}

const planted = { loses: () => [], repeats: (frame) => [frame, frame] };
for (const [what, change] of Object.entries(planted)) {
  story(`a connection that ${what} an event is caught`, async (world) => {
    const { acme, kim } = await lampAtHome(world);
    let reports = 0;
    const meddle = (frame) => {
      if (!frame.includes('device-state-reported')) return [frame];
      reports += 1;
      return reports === 3 ? change(frame) : [frame];
    };
    const how = { fetch: through(meddle) };
    const stream = new Stream(`${world.url}/app/v1/stream`, kim.app.token, how);
    world.streamOf(stream);
    await stream.isOpen();
    await switches(acme, 6);
    assert.equal((await acme.tells('withdrawal-acknowledged', { grantId: randomUUID() })).code,
      'INVALID_ARGUMENT');
    await assert.rejects(seesAll(kim.app, stream), { code: 'ERR_ASSERTION' });
  });
}
