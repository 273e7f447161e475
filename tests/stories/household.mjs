// household.mjs -- a subscriber with a network at home, and the PIoT app in hand.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Client } from './client.mjs';
import { Stream } from './stream.mjs';
import { ago } from './vendor.mjs';
import { until } from './wait.mjs';

const PASSWORD = 'correct horse battery';
const HOUR_MS = 3_600_000;

// The app of one account. It calls from `address`: the world trusts its one proxy.
export class App extends Client {
  constructor(world, token, address) {
    super(world, { token, headers: { 'x-forwarded-for': address } });
  }

  async inbox() {
    return this.all('/app/v1/inbox');
  }
  async networks() {
    return this.all('/app/v1/networks');
  }
  async devices(query = '') {
    return this.all(`/app/v1/devices${query}`);
  }
  async device(deviceId) {
    return (await this.get(`/app/v1/devices/${deviceId}`)).is(200);
  }
  async consent(consentId) {
    return (await this.get(`/app/v1/consents/${consentId}`)).is(200);
  }
  async command(commandId) {
    return (await this.get(`/app/v1/commands/${commandId}`)).is(200);
  }
  async history(query = '') {
    return this.all(`/app/v1/history${query}`);
  }

  async makesNetwork(name) {
    return (await this.post('/app/v1/networks', { name })).is(201);
  }

  // The question about this device, once it is in the inbox.
  isAsked(displayName) {
    return until(`the person is asked about ${displayName}`, async () =>
      (await this.inbox()).find((question) => question.device.displayName === displayName),
    );
  }
  // The whole answer to a decision.
  decides(consentId, decision, more = {}) {
    return this.post(`/app/v1/inbox/${consentId}/decision`, { decision, ...more });
  }
  // Says yes to the question about this device: the device.
  async grants(displayName, more = {}) {
    const { consentId } = await this.isAsked(displayName);
    const { deviceId } = (await this.decides(consentId, 'grant', more)).is(200);
    return this.device(deviceId);
  }
  // The whole answer to the wish that all about the person be erased.
  erasesAll(password = PASSWORD) {
    return this.call('DELETE', '/app/v1/me', { password });
  }
  // The whole answer to the wish to take an answer back.
  undoes(consentId) {
    return this.post(`/app/v1/consents/${consentId}/undo`);
  }
  async withdraws(consentId) {
    return this.post(`/app/v1/consents/${consentId}/withdraw`);
  }

  // The whole answer to the wish that a property be so.
  asks(deviceId, name, input, more = {}) {
    const wish = { operation: 'writeProperty', name, input, ...more };
    return this.post(`/app/v1/devices/${deviceId}/commands`, wish);
  }
  async sets(deviceId, name, input, more) {
    return (await this.asks(deviceId, name, input, more)).is(202);
  }
  commandBecomes(commandId, status) {
    return until(`the command is ${status}`, async () => {
      const command = await this.command(commandId);
      return command.status === status && command;
    });
  }
  deviceShows(deviceId, name, value) {
    return until(`the device shows ${name} = ${value}`, async () => {
      const device = await this.device(deviceId);
      return device.properties[name]?.value === value && device;
    });
  }

  // Server-sent events, through `eventsource`; from that position on, or from now.
  follows(position) {
    const from = position ? `?lastEventId=${encodeURIComponent(position)}` : '';
    return this.world.streamOf(new Stream(`${this.world.url}/app/v1/stream${from}`, this.token));
  }
}

export class Household {
  // An account that was activated, signed in, with a network whose gateway has an address.
  static async open(world, login, { network = 'Home', shared = false } = {}) {
    const household = new Household();
    const asked = { login, displayName: login };
    const account = (await world.operator.post('/operator/v1/accounts', asked)).is(201);
    const used = { code: account.activationCode, password: PASSWORD };
    household.world = world;
    household.login = login;
    household.password = PASSWORD;
    household.accountId = account.accountId;
    household.address = world.freshAddress();
    const session = (await new Client(world).post('/app/v1/activations', used)).is(201);
    assert.ok(session.token, 'activation signs in');
    household.app = new App(world, session.token, household.address);
    household.network = await household.app.makesNetwork(network);
    household.gatewayId = await household.binds(household.network, household.address, { shared });
    return household;
  }

  // The operator binds a gateway of its own to the network, and gives it the address.
  async binds(network, address, { shared = false } = {}) {
    const { operator } = this.world;
    const gatewayId = `box-${randomUUID().slice(0, 8)}`;
    const { accountId } = this;
    const gateway = { gatewayId, accountId, networkId: network.networkId, shared };
    (await operator.post('/operator/v1/gateways', gateway)).is(201);
    const lease = { gatewayId, ipv4: address, from: ago(HOUR_MS) };
    (await operator.post('/operator/v1/leases', [lease])).is(200);
    return gatewayId;
  }

  async signsIn() {
    const given = { login: this.login, password: this.password };
    return (await new Client(this.world).post('/app/v1/sessions', given)).is(201);
  }
}
