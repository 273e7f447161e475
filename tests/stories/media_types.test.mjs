// media_types -- is what is sent, and what is asked for, understood however it is written?
//
// Tried with a planted bug: a service that looked for its types' letters anywhere in a header
// failed all five.
import { assert, story } from './world.mjs';
import { model, now } from './vendor.mjs';

async function lampAtHome(world) {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim');
  await acme.detects(kim, 'lamp-1');
  return { acme, kim, device: await kim.app.grants('lamp-1') };
}

story('a receipt comes in the form its reader likes best', async (world) => {
  const { kim, device } = await lampAtHome(world);
  const path = `/app/v1/consents/${device.consentId}/receipt`;
  const [page, json] = ['text/html; charset=utf-8', 'application/json'];
  const rows = [
    ['TEXT/HTML', page],
    ['application/JSON', json],
    ['text/html, application/json;q=0.1', page],
    ['application/json;q=0, text/html', page],
    ['text/html;q=0, */*', json],
    ['application/jsonx, text/html', page],
    [['image/png', 'text/html'], page],
  ];
  for (const [accept, type] of rows) {
    const answer = await kim.app.get(path, { accept });
    answer.is(200);
    assert.equal(answer.headers['content-type'], type, String(accept));
  }
  const none = await kim.app.get(path, { accept: 'application/json;q=0, text/html;q=0' });
  none.is(406, 'NOT_ACCEPTABLE');
});

story('an error is of the type its reader likes best', async (world) => {
  const kim = await world.household('kim');
  const rows = [
    ['application/json', 'application/json'],
    ['*/*', 'application/json'],
    ['Application/Problem+JSON', 'application/problem+json'],
    ['application/json, application/problem+json', 'application/problem+json'],
    ['application/problem+json;q=0.5, application/json', 'application/json'],
    ['application/problem+json;q=0, */*', 'application/json'],
    ['application/TD+JSON', 'application/problem+json'],
  ];
  for (const [accept, type] of rows) {
    const answer = await kim.app.get('/app/v1/consents/nonesuch', { accept });
    assert.equal(answer.status, 404);
    assert.equal(answer.headers['content-type'], type, accept);
  }
});

story('a device is given as its reader likes it best', async (world) => {
  const { kim, device } = await lampAtHome(world);
  const [td, json] = ['application/td+json', 'application/json'];
  const rows = [
    ['Application/TD+JSON', td],
    ['application/td+json, application/json;q=0', td],
    ['application/td+json, */*;q=0.1', td],
    ['application/td+json;q=0.5, application/json', json],
    ['application/td+json;q=0, image/png', json],
    ['*/*', json],
  ];
  for (const [accept, type] of rows) {
    const answer = await kim.app.get(`/app/v1/devices/${device.deviceId}`, { accept });
    answer.is(200);
    assert.equal(answer.headers['content-type'], type, accept);
    assert.equal(answer.headers.vary, 'Accept');
  }
});

story('what is sent is known by its type in any case', async (world) => {
  const { acme } = await lampAtHome(world);
  const typed = (type) => ({ 'content-type': type });
  const lease = { gatewayId: 'box-1', ipv4: '192.0.2.1', from: now() };
  (await acme.put(acme.path('thing-models/another'), model('lamp'),
    typed('Application/TM+JSON; charset=utf-8'))).is(201);
  (await world.operator.post('/operator/v1/leases', `${JSON.stringify(lease)}\n`,
    typed('Application/X-NDJSON'))).is(200);
  (await acme.posts([acme.event('device-state-reported', {})],
    { headers: typed('Application/CloudEvents-Batch+JSON') })).is(202);
  (await world.operator.post('/operator/v1/leases', `${JSON.stringify([lease])}`,
    typed('text/plain; note=application/x-ndjson'))).is(415, 'UNSUPPORTED_MEDIA_TYPE');
});

story('what a vendor answers is known by its type in any case', async (world) => {
  const { acme, kim, device } = await lampAtHome(world);
  const said = { status: 'succeeded' };
  acme.endpoint.answer('command-requested', () => ({
    status: 200, body: said, headers: { 'content-type': 'Application/JSON' },
  }));
  const { commandId } = await kim.app.sets(device.deviceId, 'on', true);
  await kim.app.commandBecomes(commandId, 'succeeded');
});
