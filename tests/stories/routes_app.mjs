// routes_app.mjs -- of each route for the app: what works, what is refused, what is bad
// input. See routes.test.mjs.
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { Browser } from './push_service.mjs';
import { model } from './vendor.mjs';

const A = '/app/v1';
const O = '/operator/v1';
const PASSWORD = 'correct horse battery';

// A stream does not end by itself: its head is the answer.
function opens(s, path, token) {
  return new Promise((resolve, reject) => {
    const options = { headers: { authorization: `Bearer ${token}` } };
    const request = http.get(s.world.url + path, options, (response) => {
      const { statusCode: status, headers } = response;
      request.destroy();
      resolve({ status, headers, is: () => undefined });
    });
    request.on('error', (error) => request.destroyed || reject(error));
  });
}

export const appCases = {
  [`POST ${A}/activations`]: {
    works: [201, async (s) => s.world.nobody.post(`${A}/activations`,
      { code: await s.freshCode(), password: PASSWORD })],
    refuses: [403, 'ACTIVATION_INVALID', (s) => s.world.nobody.post(`${A}/activations`,
      { code: '7K2M-9QXF-30BT-HW5R', password: PASSWORD })],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.world.nobody.post(`${A}/activations`, {})],
  },
  [`POST ${A}/sessions`]: {
    works: [201, (s) => s.world.nobody.post(`${A}/sessions`, { login: 'kim', password: PASSWORD })],
    refuses: [401, (s) => s.world.nobody.post(`${A}/sessions`,
      { login: 'kim', password: 'something else' })],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.world.nobody.post(`${A}/sessions`,
      { login: 'kim' })],
  },
  [`GET ${A}/sign-in`]: {
    works: [200, (s) => s.world.nobody.get(`${A}/sign-in`)],
    refuses: [405, 'METHOD_NOT_ALLOWED', (s) => s.world.nobody.post(`${A}/sign-in`)],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.world.nobody.get(`${A}/sign-in?login=kim`)],
  },
  [`GET ${A}/sessions`]: {
    works: [200, (s) => s.app.get(`${A}/sessions`)],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.op.get(`${A}/sessions`)],
    rejects: [400, (s) => s.app.get(`${A}/sessions?limit=0`)],
  },
  [`DELETE ${A}/sessions/{sessionId}`]: {
    works: [204, async (s) => {
      const { token } = await s.kim.signsIn();
      return s.world.nobody.delete(`${A}/sessions/current`, { authorization: `Bearer ${token}` });
    }],
    refuses: [404, 'NOT_FOUND', (s) => s.app.delete(`${A}/sessions/${s.unknown('tok')}`)],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.app.call('DELETE', `${A}/sessions/current`, {})],
  },
  [`GET ${A}/me`]: {
    works: [200, (s) => s.app.get(`${A}/me`)],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.op.get(`${A}/me`)],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.app.get(`${A}/me?fields=login`)],
  },
  [`PATCH ${A}/me`]: {
    works: [200, (s) => s.app.patch(`${A}/me`, { language: 'de' })],
    refuses: [400, 'LANGUAGE_UNKNOWN', (s) => s.app.patch(`${A}/me`, { language: 'tlh' })],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.app.patch(`${A}/me`, { quietHours: '22-7' })],
  },
  [`PUT ${A}/me/password`]: {
    works: [204, async (s) => (await s.world.household(randomUUID())).app.put(`${A}/me/password`,
      { current: PASSWORD, new: 'another horse' })],
    refuses: [403, 'PASSWORD_WRONG', (s) => s.app.put(`${A}/me/password`,
      { current: 'something else', new: 'another horse' })],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.app.put(`${A}/me/password`,
      { current: PASSWORD, new: 'short' })],
  },
  [`DELETE ${A}/me`]: {
    works: [202, async (s) => (await s.world.household(randomUUID())).app.erasesAll()],
    refuses: [409, 'ACCOUNT_ON_HOLD', async (s) => {
      const held = await s.world.household(randomUUID());
      await s.op.post(`${O}/accounts/${held.accountId}/hold`, { reason: 'law' });
      return held.app.erasesAll();
    }],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.app.delete(`${A}/me`)],
  },
  [`GET ${A}/me/export`]: {
    works: [200, (s) => s.app.get(`${A}/me/export`)],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.op.get(`${A}/me/export`)],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.app.get(`${A}/me/export?format=xml`)],
  },
  [`GET ${A}/me/access-log`]: {
    works: [200, (s) => s.app.get(`${A}/me/access-log`)],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.op.get(`${A}/me/access-log`)],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.app.get(`${A}/me/access-log?cursor=x`)],
  },
  [`GET ${A}/home`]: {
    works: [200, (s) => s.app.get(`${A}/home`)],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.acme.get(`${A}/home`)],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.app.get(`${A}/home?limit=5`)],
  },
  [`GET ${A}/me/blocked-vendors`]: {
    works: [200, (s) => s.app.get(`${A}/me/blocked-vendors`)],
    refuses: [401, 'UNAUTHENTICATED', (s) => s.world.nobody.get(`${A}/me/blocked-vendors`)],
    rejects: [400, (s) => s.app.get(`${A}/me/blocked-vendors?limit=x`)],
  },
  [`DELETE ${A}/me/blocked-vendors/{vendorId}`]: {
    works: [204, async (s) => {
      const { id } = await s.blockedVendor();
      return s.app.delete(`${A}/me/blocked-vendors/${id}`);
    }],
    refuses: [404, 'VENDOR_NOT_BLOCKED', (s) =>
      s.app.delete(`${A}/me/blocked-vendors/${s.acme.id}`)],
    rejects: [404, 'NOT_FOUND', (s) => s.app.delete(`${A}/me/blocked-vendors/Acme`)],
  },
  [`GET ${A}/networks`]: {
    works: [200, (s) => s.app.get(`${A}/networks`)],
    refuses: [401, 'UNAUTHENTICATED', (s) => s.world.nobody.get(`${A}/networks`)],
    rejects: [400, (s) => s.app.get(`${A}/networks?limit=-1`)],
  },
  [`POST ${A}/networks`]: {
    works: [201, (s) => s.app.post(`${A}/networks`, { name: 'Attic' })],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.acme.post(`${A}/networks`, { name: 'Attic' })],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.app.post(`${A}/networks`, { name: ['Attic'] })],
  },
  [`GET ${A}/networks/{networkId}`]: {
    works: [200, (s) => s.app.get(`${A}/networks/${s.kim.network.networkId}`)],
    refuses: [404, 'NETWORK_UNKNOWN', (s) =>
      s.app.get(`${A}/networks/${s.lee.network.networkId}`)],
    rejects: [404, 'NOT_FOUND', (s) => s.app.get(`${A}/networks/home`)],
  },
  [`PATCH ${A}/networks/{networkId}`]: {
    works: [200, (s) => s.app.patch(`${A}/networks/${s.kim.network.networkId}`, { rooms: ['A'] })],
    refuses: [404, 'NETWORK_UNKNOWN', (s) =>
      s.app.patch(`${A}/networks/${s.lee.network.networkId}`, { name: 'Mine' })],
    rejects: [400, 'INVALID_ARGUMENT', (s) =>
      s.app.patch(`${A}/networks/${s.kim.network.networkId}`, { rooms: 'A' })],
  },
  [`DELETE ${A}/networks/{networkId}`]: {
    works: [204, async (s) =>
      s.app.delete(`${A}/networks/${(await s.app.makesNetwork('Tent')).networkId}`)],
    refuses: [409, 'NETWORK_NOT_EMPTY', (s) =>
      s.app.delete(`${A}/networks/${s.kim.network.networkId}`)],
    rejects: [404, 'NOT_FOUND', (s) => s.app.delete(`${A}/networks/home`)],
  },
  [`POST ${A}/networks/{networkId}/gateways`]: {
    works: [200, (s) =>
      s.app.post(`${A}/networks/${s.kim.network.networkId}/gateways`, { here: true })],
    refuses: [404, 'GATEWAY_UNKNOWN', (s) =>
      s.lee.app.post(`${A}/networks/${s.lee.network.networkId}/gateways`, { here: true },
        { 'x-forwarded-for': s.world.freshAddress() })],
    rejects: [400, 'INVALID_ARGUMENT', (s) =>
      s.app.post(`${A}/networks/${s.kim.network.networkId}/gateways`, { here: false })],
  },
  [`GET ${A}/inbox`]: {
    works: [200, (s) => s.app.get(`${A}/inbox`)],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.acme.get(`${A}/inbox`)],
    rejects: [400, (s) => s.app.get(`${A}/inbox?limit=1000`)],
  },
  [`GET ${A}/inbox/{consentId}`]: {
    works: [200, async (s) => s.app.get(`${A}/inbox/${(await s.freshQuestion()).consentId}`)],
    refuses: [404, 'CONSENT_UNKNOWN', (s) => s.app.get(`${A}/inbox/${s.unknown('con')}`)],
    rejects: [404, 'NOT_FOUND', (s) => s.app.get(`${A}/inbox/first`)],
  },
  [`POST ${A}/inbox/{consentId}/decision`]: {
    works: [200, async (s) => s.app.decides((await s.freshQuestion()).consentId, 'later')],
    refuses: [400, 'DECISION_UNKNOWN', async (s) =>
      s.app.decides((await s.freshQuestion()).consentId, 'perhaps')],
    rejects: [400, 'INVALID_ARGUMENT', async (s) =>
      s.app.decides((await s.freshQuestion()).consentId, 'grant', { expiresAt: 'tomorrow' })],
  },
  [`POST ${A}/inbox/decisions`]: {
    works: [200, async (s) => s.app.post(`${A}/inbox/decisions`,
      [{ consentId: (await s.freshQuestion()).consentId, decision: 'deny' }])],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.acme.post(`${A}/inbox/decisions`, [])],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.app.post(`${A}/inbox/decisions`, [{}])],
  },
  [`GET ${A}/consents`]: {
    works: [200, (s) => s.app.get(`${A}/consents?status=granted`)],
    refuses: [401, 'UNAUTHENTICATED', (s) => s.world.nobody.get(`${A}/consents`)],
    rejects: [400, (s) => s.app.get(`${A}/consents?limit=x`)],
  },
  [`GET ${A}/consents/{consentId}`]: {
    works: [200, (s) => s.app.get(`${A}/consents/${s.lamp.consentId}`)],
    refuses: [404, 'CONSENT_UNKNOWN', (s) => s.lee.app.get(`${A}/consents/${s.lamp.consentId}`)],
    rejects: [404, 'NOT_FOUND', (s) => s.app.get(`${A}/consents/lamp-1`)],
  },
  [`PATCH ${A}/consents/{consentId}`]: {
    works: [200, async (s) => s.app.patch(`${A}/consents/${(await s.freshDevice()).consentId}`,
      { capabilities: ['on'] })],
    refuses: [400, 'GRANT_CANNOT_GROW', (s) =>
      s.app.patch(`${A}/consents/${s.lamp.consentId}`, { capabilities: ['camera'] })],
    rejects: [400, 'INVALID_ARGUMENT', (s) =>
      s.app.patch(`${A}/consents/${s.lamp.consentId}`, { capabilities: 'on' })],
  },
  [`POST ${A}/consents/{consentId}/undo`]: {
    works: [200, async (s) => s.app.undoes((await s.freshDevice()).consentId)],
    refuses: [409, 'NOTHING_TO_UNDO', async (s) =>
      s.app.undoes((await s.freshQuestion()).consentId)],
    rejects: [400, 'INVALID_ARGUMENT', (s) =>
      s.app.post(`${A}/consents/${s.lamp.consentId}/undo`, { why: 'because' })],
  },
  [`POST ${A}/consents/{consentId}/withdraw`]: {
    works: [200, async (s) => s.app.withdraws((await s.freshDevice()).consentId)],
    refuses: [409, 'CONSENT_NOT_GRANTED', async (s) =>
      s.app.withdraws((await s.freshQuestion()).consentId)],
    rejects: [400, 'INVALID_ARGUMENT', (s) =>
      s.app.post(`${A}/consents/${s.lamp.consentId}/withdraw`, { why: 'because' })],
  },
  [`POST ${A}/consents/{consentId}/renew`]: {
    works: [200, (s) => s.app.post(`${A}/consents/${s.lamp.consentId}/renew`)],
    refuses: [400, 'ALREADY_EXPIRED', (s) =>
      s.app.post(`${A}/consents/${s.lamp.consentId}/renew`, { expiresAt: '2020-01-01T00:00:00Z' })],
    rejects: [400, 'INVALID_ARGUMENT', (s) =>
      s.app.post(`${A}/consents/${s.lamp.consentId}/renew`, { expiresAt: 5 })],
  },
  [`GET ${A}/consents/{consentId}/receipt`]: {
    works: [200, (s) => s.app.get(`${A}/consents/${s.lamp.consentId}/receipt`)],
    refuses: [409, 'CONSENT_NEVER_GRANTED', async (s) =>
      s.app.get(`${A}/consents/${(await s.freshQuestion()).consentId}/receipt`)],
    rejects: [406, 'NOT_ACCEPTABLE', (s) =>
      s.app.get(`${A}/consents/${s.lamp.consentId}/receipt`, { accept: 'image/png' })],
  },
  [`GET ${A}/devices`]: {
    works: [200, (s) => s.app.get(`${A}/devices?online=false&q=lamp`)],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.acme.get(`${A}/devices`)],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.app.get(`${A}/devices?online=perhaps`)],
  },
  [`GET ${A}/devices/{deviceId}`]: {
    works: [200, (s) => s.app.get(s.lampPath())],
    refuses: [404, 'DEVICE_UNKNOWN', (s) => s.lee.app.get(s.lampPath())],
    rejects: [404, 'NOT_FOUND', (s) => s.app.get(`${A}/devices/lamp-1`)],
  },
  [`PATCH ${A}/devices/{deviceId}`]: {
    works: [200, (s) => s.app.patch(s.lampPath(), { room: 'Hall' })],
    refuses: [404, 'NETWORK_UNKNOWN', (s) =>
      s.app.patch(s.lampPath(), { networkId: s.lee.network.networkId })],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.app.patch(s.lampPath(), { name: '' })],
  },
  [`DELETE ${A}/devices/{deviceId}`]: {
    works: [204, async (s) => s.app.delete(`${A}/devices/${(await s.freshDevice()).deviceId}`)],
    refuses: [404, 'DEVICE_UNKNOWN', (s) => s.lee.app.delete(s.lampPath())],
    rejects: [404, 'NOT_FOUND', (s) => s.app.delete(`${A}/devices/lamp-1`)],
  },
  [`GET ${A}/devices/{deviceId}/properties/{name}`]: {
    works: [200, async (s) => {
      await s.acme.reports('lamp-1', { on: true });
      return s.app.get(s.lampPath('properties/on'));
    }],
    refuses: [404, 'DEVICE_UNKNOWN', (s) => s.lee.app.get(s.lampPath('properties/on'))],
    rejects: [404, 'NOT_FOUND', (s) => s.app.get(s.lampPath('properties/nonesuch'))],
  },
  [`GET ${A}/devices/{deviceId}/series`]: {
    works: [200, (s) => s.app.get(s.lampPath('series?property=on'))],
    refuses: [404, 'DEVICE_UNKNOWN', (s) => s.lee.app.get(s.lampPath('series?property=on'))],
    rejects: [400, 'OUT_OF_RANGE', (s) =>
      s.app.get(s.lampPath('series?property=on&points=1001'))],
  },
  [`PUT ${A}/devices/{deviceId}/properties/{name}`]: {
    works: [202, (s) => s.app.put(s.lampPath('properties/on'), 'true')],
    refuses: [404, 'DEVICE_UNKNOWN', (s) => s.lee.app.put(s.lampPath('properties/on'), 'true')],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.app.put(s.lampPath('properties/on'), '"yes"')],
  },
  [`POST ${A}/devices/{deviceId}/actions/{name}`]: {
    works: [202, (s) => s.app.call('POST', s.lampPath('actions/toggle'))],
    refuses: [404, 'DEVICE_UNKNOWN', (s) => s.lee.app.call('POST', s.lampPath('actions/toggle'))],
    rejects: [400, 'INVALID_ARGUMENT', (s) =>
      s.app.post(s.lampPath('actions/fade'), { brightness: 1 })],
  },
  [`POST ${A}/devices/{deviceId}/identify`]: {
    works: [202, async (s) => {
      const beacon = { ...model('lamp'), actions: { identify: {} } };
      (await s.acme.put(s.acme.path('thing-models/beacon'), beacon)).is(201);
      await s.acme.detects(s.kim, 'beacon-1', 'beacon');
      const { deviceId } = await s.app.grants('beacon-1');
      return s.app.call('POST', `${A}/devices/${deviceId}/identify`);
    }],
    refuses: [404, 'NOT_FOUND', (s) => s.app.call('POST', s.lampPath('identify'))],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.app.post(s.lampPath('identify'), { for: 5 })],
  },
  [`GET ${A}/devices/{deviceId}/commands`]: {
    works: [200, (s) => s.app.get(s.lampPath('commands?limit=2'))],
    refuses: [404, 'DEVICE_UNKNOWN', (s) => s.lee.app.get(s.lampPath('commands'))],
    rejects: [400, (s) => s.app.get(s.lampPath('commands?cursor=***'))],
  },
  [`POST ${A}/devices/{deviceId}/commands`]: {
    works: [202, (s) => s.app.asks(s.lamp.deviceId, 'brightness', 40)],
    refuses: [400, 'VALID_FOR_OUT_OF_RANGE', (s) =>
      s.app.asks(s.lamp.deviceId, 'on', true, { validFor: 86_401 })],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.app.asks(s.lamp.deviceId, 'brightness', 'bright')],
  },
  [`GET ${A}/commands/{commandId}`]: {
    works: [200, async (s) => s.app.get(`${A}/commands/${await s.freshCommand()}`)],
    refuses: [404, 'COMMAND_UNKNOWN', (s) => s.app.get(`${A}/commands/${s.unknown('cmd')}`)],
    rejects: [400, 'OUT_OF_RANGE', async (s) =>
      s.app.get(`${A}/commands/${await s.freshCommand()}?wait=31`)],
  },
  [`DELETE ${A}/commands/{commandId}`]: {
    works: [200, async (s) => s.app.delete(`${A}/commands/${await s.queuedCommand()}`)],
    refuses: [409, 'COMMAND_ALREADY_SENT', async (s) => {
      const commandId = await s.freshCommand();
      await s.app.commandBecomes(commandId, 'sent');
      return s.app.delete(`${A}/commands/${commandId}`);
    }],
    rejects: [404, 'NOT_FOUND', (s) => s.app.delete(`${A}/commands/last`)],
  },
  [`GET ${A}/stream`]: {
    works: [200, (s) => opens(s, `${A}/stream`, s.app.token)],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.acme.get(`${A}/stream`)],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.app.get(`${A}/stream?device=all`)],
  },
  [`POST ${A}/tickets`]: {
    works: [201, (s) => s.app.post(`${A}/tickets`, { for: 'stream' })],
    refuses: [404, 'DEVICE_UNKNOWN', (s) => s.app.post(`${A}/tickets`,
      { for: `devices/${s.unknown('dev')}` })],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.app.post(`${A}/tickets`, { for: 'all' })],
  },
  [`GET ${A}/push-key`]: {
    works: [200, (s) => s.app.get(`${A}/push-key`)],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.op.get(`${A}/push-key`)],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.app.get(`${A}/push-key?format=pem`)],
  },
  [`POST ${A}/push-subscriptions`]: {
    works: [201, (s) => s.app.post(`${A}/push-subscriptions`, new Browser().subscription)],
    refuses: [429, 'PUSH_LIMIT_REACHED', async (s) => {
      for (let n = 0; n < 16; n += 1)
        (await s.lee.app.post(`${A}/push-subscriptions`, new Browser().subscription)).is(201);
      return s.lee.app.post(`${A}/push-subscriptions`, new Browser().subscription);
    }],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.app.post(`${A}/push-subscriptions`,
      { ...new Browser().subscription, keys: {} })],
  },
  [`DELETE ${A}/push-subscriptions/{subscriptionId}`]: {
    works: [204, async (s) => {
      const { subscription } = new Browser();
      const { subscriptionId } = (await s.app.post(`${A}/push-subscriptions`, subscription))
        .is(201);
      return s.app.delete(`${A}/push-subscriptions/${subscriptionId}`);
    }],
    refuses: [404, 'PUSH_SUBSCRIPTION_UNKNOWN', (s) =>
      s.app.delete(`${A}/push-subscriptions/${s.unknown('psh')}`)],
    rejects: [404, 'NOT_FOUND', (s) => s.app.delete(`${A}/push-subscriptions/all`)],
  },
  [`GET ${A}/history`]: {
    works: [200, (s) => s.app.get(`${A}/history?type=device-added`)],
    refuses: [404, 'DEVICE_UNKNOWN', (s) =>
      s.lee.app.get(`${A}/history?device=${s.lamp.deviceId}`)],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.app.get(`${A}/history?type=nonesuch`)],
  },
};
