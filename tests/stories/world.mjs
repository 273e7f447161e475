// world.mjs -- a whole service to tell stories about: a real piotd over HTTP, its
// operator, vendors with servers of their own, households with apps.
//
//     story('a lamp is detected', async (world) => {
//       const acme = await world.vendor('Acme');
//       const kim = await world.household('kim');
//       await acme.detects(kim, 'lamp-1');
//       await kim.app.grants('lamp-1');
//     });
//
// At the end of each story piotd is asked to stop and has to end well, every webhook has
// to have verified, and `piot verify` has to be content: the log by itself, and each view
// equal to a fresh fold of it.
//
// Tried with planted bugs: a piotd whose fold put a device's addedAt a microsecond too late,
// which no story looks at, failed by `piot verify`; one that ended with status 1 failed all
// stories; so did one that signed webhooks wrongly (tests/peers/standardwebhooks.test.mjs).
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { Client } from './client.mjs';
import { Household } from './household.mjs';
import { Piotd, verify } from './piotd.mjs';
import { Vendor } from './vendor.mjs';
import { until } from './wait.mjs';

const STORY_LIMIT_MS = 240_000; // of one story; a hang ends it

// Endpoints are on loopback, apps come through "a proxy" that says where they are, and
// whole households sign in from one address; what failed is tried again at once.
const usual = {
  metrics_listen: '127.0.0.1:0',
  allow_private_endpoints: 'yes',
  trust_forwarded: 'yes',
  sign_in_per_minute: 1_000_000,
  webhook_retry_first: '50ms',
  webhook_retry_max: '500ms',
  webhook_limit: '5s',
};

export class World {
  #households = 0;
  #helpers = [];
  #streams = [];
  #vendors = [];

  static async open(settings = {}, under = []) {
    const world = new World();
    world.data = mkdtempSync(path.join(tmpdir(), 'piot-story-'));
    world.agent = new http.Agent({ keepAlive: true });
    const own = {
      backup_folder: path.join(world.data, 'backups'),
      backup_vault_folder: path.join(world.data, 'vaults'),
    };
    world.piotd = new Piotd(path.join(world.data, 'data'), { ...usual, ...own, ...settings });
    world.piotd.under = under;
    await world.piotd.start();
    world.operator = new Client(world, { token: world.piotd.operatorToken });
    world.nobody = new Client(world);
    return world;
  }

  get url() {
    return this.piotd.url;
  }

  // Of 198.18.0.0/15, which nobody has.
  freshAddress() {
    this.#households += 1;
    return `198.18.${Math.floor(this.#households / 200)}.${1 + (this.#households % 200)}`;
  }

  async vendor(name, options) {
    const vendor = await Vendor.join(this, name, options);
    this.#vendors.push(vendor);
    return vendor;
  }

  household(login, options) {
    return Household.open(this, login, options);
  }

  streamOf(stream) {
    this.#streams.push(stream);
    return stream;
  }

  // A process of the story's own, which ends with it whatever happens.
  helperOf(helper) {
    this.#helpers.push(helper);
    return helper;
  }

  // Until every detection so far has been resolved, and all the questions have been asked.
  detectionsAreResolved() {
    return until('no detection waits', async () => (await this.metric('detections_waiting')) === 0);
  }

  // The value of a metric of piotd's.
  async metric(name) {
    const url = await until('piotd says where metrics are', () => this.piotd.metricsUrl);
    const text = await (await fetch(url)).text();
    const value = new RegExp(`^piot_${name} ([0-9]+)$`, 'm').exec(text)?.[1];
    assert.ok(value !== undefined, `/metrics has ${name}`);
    return Number(value);
  }

  // How far the log has come. The write that tells is refused, so it adds nothing.
  async position() {
    const answer = await this.operator.delete('/operator/v1/gateways/no-such-gateway');
    answer.is(404, 'GATEWAY_UNKNOWN');
    return answer.position;
  }

  async restart() {
    await this.piotd.stop();
    this.#dropConnections();
    await this.piotd.start();
  }

  async kill() {
    await this.piotd.kill();
    this.#dropConnections();
  }

  #dropConnections() {
    this.agent.destroy();
    this.agent = new http.Agent({ keepAlive: true });
  }

  // Ends it without a word, as after a failure.
  async abandon() {
    for (const stream of this.#streams) stream.close();
    await this.piotd.kill();
    this.agent.destroy();
    for (const vendor of this.#vendors) await vendor.endpoint.close();
    for (const helper of this.#helpers) await helper.kill();
    if (!process.env.PIOT_KEEP) rmSync(this.data, { recursive: true, force: true });
  }

  // Ends it and checks what it left; see the head of this file. Where a sanitizer looks
  // (PIOT_SANITIZED), the tests of replay/ verify; the same log is verified in the other builds.
  async stop() {
    for (const stream of this.#streams) stream.close();
    await this.piotd.stop();
    this.agent.destroy();
    if (!process.env.PIOT_SANITIZED) await verify(this.piotd.data);
    for (const vendor of this.#vendors) await vendor.leave();
  }
}

// What happens in a world, which ends with it whatever happens.
export async function inWorld(world, tell) {
  try {
    await tell(world);
  } catch (error) {
    error.message += `\n-- piotd said --\n${world.piotd.lastReports()}`;
    throw error;
  } finally {
    await world.abandon();
  }
}

// A test whose name is a true sentence, told in a world of its own; `under`: see launch().
export function story(name, tell, settings, under) {
  test(name, { timeout: STORY_LIMIT_MS }, async () => {
    await inWorld(await World.open(settings, under), async (world) => {
      await tell(world);
      await world.stop();
    });
  });
}

export { assert };
