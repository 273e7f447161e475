// vendor.mjs -- a vendor's cloud: reports what its devices do in signed CloudEvents, and
// takes webhooks at an endpoint of its own.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Webhook } from '../peers/packages.mjs';
import { Client } from './client.mjs';
import { Endpoint } from './endpoint.mjs';
import { until } from './wait.mjs';

export const model = (name) =>
  JSON.parse(readFileSync(new URL(`../../examples/models/${name}.json`, import.meta.url)));
export const now = () => new Date().toISOString();
export const ago = (ms) => new Date(Date.now() - ms).toISOString();

export class Vendor extends Client {
  // Onboarded, approved, with these models of examples/models published.
  static async join(world, name, { models = ['lamp'], endpoint = true } = {}) {
    const vendor = new Vendor(world);
    vendor.name = name;
    vendor.endpoint = new Endpoint();
    await vendor.endpoint.open();
    const asked = { name, ...(endpoint && { endpoint: vendor.endpoint.url }) };
    const made = (await world.operator.post('/operator/v1/vendors', asked)).is(201);
    vendor.id = made.vendorId;
    vendor.secret = made.signingSecret;
    vendor.token = made.apiKey;
    Object.assign(vendor, { signingKeyId: made.signingKeyId, apiKeyId: made.apiKeyId });
    vendor.endpoint.secrets = [made.signingSecret];
    (await world.operator.post(`/operator/v1/vendors/${vendor.id}/approve`)).is(200);
    for (const each of models)
      (await vendor.put(vendor.path(`thing-models/${each}`), model(each))).is(201);
    return vendor;
  }

  path(rest) {
    return `/vendor/v1/${this.id}/${rest}`;
  }

  event(type, data, attributes = {}) {
    return {
      specversion: '1.0',
      id: randomUUID(),
      source: `https://${this.name.toLowerCase()}.example/cloud`,
      type: `piot.v1.${type}`,
      time: now(),
      data,
      ...attributes,
    };
  }

  // Webhook headers for a body, as `standardwebhooks` makes them.
  signed(body, { id = `msg_${randomUUID()}`, at = new Date(), secret = this.secret } = {}) {
    return {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, at, body),
      authorization: undefined,
    };
  }

  // Posts one event, or a list of them as a batch, signed; text goes out as it is. The whole
  // answer.
  async posts(events, how = {}) {
    const batch = Array.isArray(events);
    const body = typeof events === 'string' ? events : JSON.stringify(events);
    const type = `application/cloudevents${batch ? '-batch' : ''}+json`;
    const headers = { 'content-type': type, ...this.signed(body, how), ...how.headers };
    return this.post(this.path('events'), body, headers);
  }

  // Posts one event; what became of it: {id, status, detectionId?, code?, message?}.
  async tells(type, data, attributes) {
    const answer = await this.posts(this.event(type, data, attributes));
    const { results } = answer.is(202);
    assert.equal(results.length, 1, answer.text);
    return { ...results[0], position: answer.position };
  }

  async tellsWell(type, data) {
    const result = await this.tells(type, data);
    assert.equal(result.status, 'accepted', JSON.stringify(result));
    return result;
  }

  // A detection's data: the device connected from the household's address just now.
  seen(household, vendorDeviceId, thingModel, more = {}) {
    const { observedAt = now(), address = household.address, ...others } = more;
    const observation = { observedAt, ipv4Address: { publicAddress: address } };
    return { vendorDeviceId, thingModel, displayName: vendorDeviceId, observation, ...others };
  }
  // Reports it and waits until it is resolved; only then has nobody been asked who is not.
  async detects(household, vendorDeviceId, thingModel = 'lamp', more = {}) {
    const data = this.seen(household, vendorDeviceId, thingModel, more);
    const result = await this.tellsWell('device-detected', data);
    await this.world.detectionsAreResolved();
    return result;
  }

  reports(vendorDeviceId, properties) {
    return this.tells('device-state-reported', { vendorDeviceId, observedAt: now(), properties });
  }
  // So many reports that it is on, off, on …, a hundred in a delivery.
  async reportsMany(vendorDeviceId, count) {
    for (let done = 0; done < count; done += 100) {
      const batch = Array.from({ length: Math.min(100, count - done) }, (_, n) =>
        this.event('device-state-reported',
          { vendorDeviceId, observedAt: now(), properties: { on: n % 2 === 0 } }));
      const { results } = (await this.posts(batch)).is(202);
      assert.ok(results.every(({ status }) => status === 'accepted'), JSON.stringify(results));
    }
  }
  connects(vendorDeviceId, online, cause) {
    const data = { vendorDeviceId, observedAt: now(), online, cause };
    return this.tells('device-connectivity-changed', data);
  }
  concludes(commandId, status, more = {}) {
    return this.tells('command-outcome', { commandId, status, ...more });
  }
  acknowledges(grantId) {
    return this.tells('withdrawal-acknowledged', { grantId });
  }

  // Waits for a webhook of this type that the endpoint took: its CloudEvent.
  receives(type, fits = () => true, limitMs) {
    return until(
      `${this.name}'s server gets ${type}`,
      () => this.endpoint.taken.find((e) => e.type === `piot.v1.${type}` && fits(e.data)),
      limitMs,
    );
  }

  async leave() {
    await this.endpoint.close();
    assert.deepEqual(this.endpoint.forgeries, [], 'every webhook verifies');
  }
}
