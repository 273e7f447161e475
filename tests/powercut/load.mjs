// load.mjs -- people and vendors that keep a piotd busy while it is killed under them: each
// asks on and on, and repeats what was not answered until it is.
import { randomUUID } from 'node:crypto';
import { assert } from '../stories/world.mjs';
import { now } from '../stories/vendor.mjs';
import { until } from '../stories/wait.mjs';

const LOST = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);

export class Load {
  constructor(world, random) {
    this.world = world;
    this.random = random;
    this.over = false; // finish what was begun
    this.abandoned = false; // piotd will not come back
    this.reports = []; // acknowledged: {household, power, duplicate}
    this.commands = []; // acknowledged: {household, device, commandId}
    this.deadlines = []; // acknowledged, of a device nobody can reach
    this.repeats = 0; // asked again because no answer came
    this.count = 0;
  }

  // Calls until it is answered, whatever happens to piotd meanwhile.
  async #answered(call) {
    for (;;) {
      try {
        const answer = await call();
        if (answer.status !== 503) return answer;
      } catch (error) {
        const code = error.code ?? error.cause?.code;
        const lost = LOST.has(code) || error.message === 'socket hang up';
        if (!lost || this.abandoned) throw error;
      }
      this.repeats += 1;
      await until('piotd serves again', () => this.world.serves);
    }
  }

  // One value after the other, each of its own, so that it can be found again.
  async #reporting(vendor, household, vendorDeviceId) {
    while (!this.over) {
      const power = ++this.count;
      const event = vendor.event('device-state-reported', {
        vendorDeviceId, observedAt: now(), properties: { power },
      });
      const id = `msg_${randomUUID()}`;
      const post = () => vendor.posts(event, this.random() < 0.5 ? { id } : {});
      const answer = await this.#answered(post);
      const [result] = answer.is(202).results;
      assert.ok(['accepted', 'duplicate'].includes(result.status), answer.text);
      this.reports.push({ household, power, duplicate: result.status === 'duplicate' });
    }
  }

  async #commanding(household, device, list, wish) {
    while (!this.over) {
      const key = { 'idempotency-key': randomUUID() };
      const path = `/app/v1/devices/${device.deviceId}/commands`;
      const wished = wish();
      const answer = await this.#answered(() => household.app.post(path, wished, key));
      if (answer.status === 429) {
        answer.is(429, 'COMMAND_LIMIT_REACHED'); // the vendor's answers lag behind
        await new Promise((resolve) => setTimeout(resolve, 50));
        continue;
      }
      const { commandId } = answer.is(202);
      list.push({ household, device, commandId });
    }
  }

  start(homes) {
    const working = [];
    const fade = () => ({
      operation: 'invokeAction', name: 'fade', validFor: 3600,
      input: { brightness: ++this.count % 101, seconds: 0 },
    });
    const soon = () => ({ operation: 'invokeAction', name: 'toggle', validFor: 2 });
    for (const { vendor, household, lamps, unreachable } of homes) {
      for (const [name, device] of Object.entries(lamps)) {
        working.push(this.#reporting(vendor, household, name));
        working.push(this.#commanding(household, device, this.commands, fade));
      }
      working.push(this.#commanding(household, unreachable, this.deadlines, soon));
    }
    this.working = Promise.all(working);
    this.working.catch(() => (this.over = true)); // it is awaited in end()
  }

  async end() {
    this.over = true;
    await this.working;
  }

  abandon() {
    this.over = true;
    this.abandoned = true;
  }
}

// Where each reported value stands in the household's history: power -> [positions].
// `from`: what stands before it was looked at earlier.
export async function whereReported(household, from = 0) {
  const found = new Map();
  let next = '/app/v1/history?type=device-state-reported&limit=200';
  for (let position = Infinity; next && position > from; ) {
    const answer = await household.app.get(next);
    for (const event of answer.is(200).items) {
      position = Number(event.position.split('/')[1]);
      const { power } = event.data.properties;
      if (position > from) found.set(power, [...(found.get(power) ?? []), position]);
    }
    next = /<([^>]+)>; rel="next"/.exec(answer.headers.link ?? '')?.[1];
    if (next?.startsWith('http')) next = new URL(next).pathname + new URL(next).search;
  }
  return found;
}

// Every acknowledged value is there, and once.
export function holds(household, found, reports) {
  for (const report of reports) {
    if (report.household !== household) continue;
    const places = found.get(report.power) ?? [];
    assert.equal(places.length, 1, `the report of ${report.power} stands at [${places}]`);
  }
}
