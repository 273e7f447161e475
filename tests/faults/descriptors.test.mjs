// descriptors -- is a shortage of descriptors something that passes? A crowd that says nothing
// takes all the connections there are. Every write of somebody who is served goes on meanwhile,
// the log is anchored, and when the crowd has left, everybody is served.
//
// Tried with a planted bug: without the shares of api/service/files.c the anchor could not be
// written, and the service ended.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import test from 'node:test';
import { until } from '../stories/wait.mjs';
import { story, World } from '../stories/world.mjs';

const FILES = 1024;
const CROWD = 1300;
const LIMIT_MS = 120_000;

async function crowd(port) {
  const sockets = [];
  for (let n = 0; n < CROWD; n += 1) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    sockets.push(socket);
  }
  await until('all have been let in or wait', () => sockets.every((one) => !one.connecting));
  return sockets;
}

story('a silent crowd takes what is left of the descriptors, and not the service\'s own',
  async (world) => {
    const said = () => world.piotd.reports.filter((line) => line.includes('connections_max is'));
    assert.equal(said().length, 1, 'it says once that there are fewer than asked for');
    const kim = await world.household('kim@example.org');
    const sockets = await crowd(world.piotd.port);
    for (let n = 0; n < 30; n += 1) await kim.app.post('/app/v1/networks', { name: `n${n}` });
    for (const socket of sockets) socket.destroy();
    for (let n = 0; n < 3; n += 1)
      (await kim.app.post('/app/v1/networks', { name: `later ${n}` })).is(201);
    assert.equal((await fetch(`${world.piotd.url}/readyz`)).status, 200);
  }, {}, ['prlimit', `--nofile=${FILES}:${FILES}`]);

test('with too few descriptors it does not start, and says how many it needs',
  { timeout: LIMIT_MS }, async () => {
    await assert.rejects(World.open({}, ['prlimit', '--nofile=200:200']),
      /200 files may be open, and at least \d+ are needed: raise the limit/);
  });
