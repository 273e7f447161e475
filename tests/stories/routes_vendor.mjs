// routes_vendor.mjs -- of each route for vendors: what works, what is refused, what is bad
// input. See routes.test.mjs.
import { model } from './vendor.mjs';

const V = '/vendor/v1/{vendorId}';

export const vendorCases = {
  [`GET ${V}`]: {
    works: [200, (s) => s.acme.get(`/vendor/v1/${s.acme.id}`)],
    refuses: [404, 'NOT_FOUND', (s) => s.acme.get(`/vendor/v1/${s.brio.id}`)],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.acme.get(`/vendor/v1/${s.acme.id}?limit=1`)],
  },
  [`POST ${V}/events`]: {
    works: [202, (s) => s.acme.posts(s.acme.event('device-detected', s.seenNow()))],
    refuses: [401, 'UNAUTHENTICATED', (s) =>
      s.acme.posts(s.acme.event('device-detected', s.seenNow()), { secret: s.wrongSecret })],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.vendorPost('events', '{"specversion":',
      { 'content-type': 'application/cloudevents+json' })],
  },
  [`PUT ${V}/thing-models/{name}`]: {
    works: [201, (s) => s.acme.put(s.acme.path('thing-models/another'), model('lamp'))],
    refuses: [409, 'THING_MODEL_EXISTS', (s) =>
      s.acme.put(s.acme.path('thing-models/lamp'), { ...model('lamp'), title: 'Another' })],
    rejects: [400, 'INVALID_ARGUMENT', (s) =>
      s.acme.put(s.acme.path('thing-models/bad'), { title: 'No model' })],
  },
  [`GET ${V}/thing-models`]: {
    works: [200, (s) => s.acme.get(s.acme.path('thing-models'))],
    refuses: [404, 'NOT_FOUND', (s) => s.acme.get(s.brio.path('thing-models'))],
    rejects: [400, (s) => s.acme.get(s.acme.path('thing-models?limit=0'))],
  },
  [`GET ${V}/keys`]: {
    works: [200, (s) => s.acme.get(s.acme.path('keys'))],
    refuses: [404, 'NOT_FOUND', (s) => s.acme.get(s.brio.path('keys'))],
    rejects: [400, (s) => s.acme.get(s.acme.path('keys?limit=0'))],
  },
  [`GET ${V}/api-keys`]: {
    works: [200, (s) => s.acme.get(s.acme.path('api-keys'))],
    refuses: [404, 'NOT_FOUND', (s) => s.acme.get(s.brio.path('api-keys'))],
    rejects: [400, (s) => s.acme.get(s.acme.path('api-keys?limit=0'))],
  },
  [`POST ${V}/api-keys`]: {
    works: [201, (s) => s.vendorPost('api-keys', {})],
    refuses: [429, 'VENDOR_KEY_LIMIT_REACHED', async (s) => {
      for (let i = 0; i < 3; i++) await s.brio.post(s.brio.path('api-keys'));
      return s.brio.post(s.brio.path('api-keys'));
    }],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.vendorPost('api-keys', { apiKey: 'mine' })],
  },
  [`DELETE ${V}/api-keys/{keyId}`]: {
    works: [204, async (s) => {
      const { keyId } = (await s.vendorPost('api-keys', {})).is(201);
      return s.acme.delete(s.acme.path(`api-keys/${keyId}`));
    }],
    refuses: [409, 'VENDOR_KEY_LAST', (s) =>
      s.mute.delete(s.mute.path(`api-keys/${s.mute.apiKeyId}`))],
    rejects: [404, 'NOT_FOUND', (s) => s.acme.delete(s.acme.path('api-keys/no-id-of-a-key'))],
  },
  [`POST ${V}/keys`]: {
    works: [201, (s) => s.vendorPost('keys', {})],
    refuses: [429, 'VENDOR_KEY_LIMIT_REACHED', async (s) => {
      for (let i = 0; i < 3; i++) await s.brio.post(s.brio.path('keys'));
      return s.brio.post(s.brio.path('keys'));
    }],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.vendorPost('keys', { secret: 'mine' })],
  },
  [`DELETE ${V}/keys/{keyId}`]: {
    works: [204, async (s) => {
      const { keyId } = (await s.vendorPost('keys', {})).is(201);
      return s.acme.delete(s.acme.path(`keys/${keyId}`));
    }],
    refuses: [404, 'VENDOR_KEY_UNKNOWN', async (s) => {
      const { keyId } = (await s.vendorPost('keys', {})).is(201);
      (await s.acme.delete(s.acme.path(`keys/${keyId}`))).is(204);
      return s.acme.delete(s.acme.path(`keys/${keyId}`));
    }],
    rejects: [404, 'NOT_FOUND', (s) => s.acme.delete(s.acme.path('keys/no-id-of-a-key'))],
  },
  [`PUT ${V}/endpoint`]: {
    works: [200, (s) => s.acme.put(s.acme.path('endpoint'), { url: s.acme.endpoint.url })],
    refuses: [403, 'VENDOR_NOT_APPROVED', (s) =>
      s.suspended.put(s.suspended.path('endpoint'), { url: s.acme.endpoint.url })],
    rejects: [400, 'INVALID_ARGUMENT', (s) =>
      s.acme.put(s.acme.path('endpoint'), { url: 'acme.example' })],
  },
  [`GET ${V}/endpoint`]: {
    works: [200, (s) => s.acme.get(s.acme.path('endpoint'))],
    refuses: [404, 'NOT_FOUND', (s) => s.acme.get(s.brio.path('endpoint'))],
    rejects: [400, (s) => s.acme.get(s.acme.path('endpoint?of=me'))],
  },
  [`GET ${V}/grants`]: {
    works: [200, (s) => s.acme.get(s.acme.path('grants'))],
    refuses: [404, 'NOT_FOUND', (s) => s.acme.get(s.brio.path('grants'))],
    rejects: [400, (s) => s.acme.get(s.acme.path('grants?limit=0'))],
  },
  [`POST ${V}/reconciliations`]: {
    works: [200, (s) => s.vendorPost('reconciliations', { devices: ['lamp-1'] })],
    refuses: [403, 'VENDOR_NOT_APPROVED', (s) =>
      s.suspended.post(s.suspended.path('reconciliations'), { devices: [] })],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.vendorPost('reconciliations', {})],
  },
  [`GET ${V}/outbox`]: {
    works: [200, (s) => s.acme.get(s.acme.path('outbox'))],
    refuses: [404, 'NOT_FOUND', (s) => s.acme.get(s.brio.path('outbox'))],
    rejects: [400, 'OUT_OF_RANGE', (s) => s.acme.get(s.acme.path('outbox?wait=31'))],
  },
  [`POST ${V}/outbox/ack`]: {
    works: [204, async (s) => {
      const { next } = (await s.acme.get(s.acme.path('outbox'))).is(200);
      return s.vendorPost('outbox/ack', { upTo: next });
    }],
    refuses: [409, 'OUTBOX_LEASED', async (s) => {
      const whose = 'outbox?consumer=leased';
      const page = (await s.acme.get(s.acme.path(`${whose}&lease=60`))).is(200);
      return s.vendorPost('outbox/ack', { consumer: 'leased', upTo: page.next });
    }],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.vendorPost('outbox/ack', { upTo: '1/7' })],
  },
  [`POST ${V}/outbox/seek`]: {
    works: [200, (s) => s.vendorPost('outbox/seek', { to: 'start' })],
    refuses: [429, 'CONSUMER_LIMIT_REACHED', async (s) => {
      const seeks = (i) =>
        s.brio.post(s.brio.path('outbox/seek'), { consumer: `copy-${i}`, to: 'start' });
      for (let i = 0; i < 8; i++) await seeks(i);
      return seeks(8);
    }],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.vendorPost('outbox/seek', {})],
  },
  [`GET ${V}/outbox/consumers`]: {
    works: [200, (s) => s.acme.get(s.acme.path('outbox/consumers'))],
    refuses: [404, 'NOT_FOUND', (s) => s.acme.get(s.brio.path('outbox/consumers'))],
    rejects: [400, (s) => s.acme.get(s.acme.path('outbox/consumers?limit=0'))],
  },
  [`GET ${V}/deliveries`]: {
    works: [200, (s) => s.acme.get(s.acme.path('deliveries?status=delivered'))],
    refuses: [404, 'NOT_FOUND', (s) => s.acme.get(s.brio.path('deliveries'))],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.acme.get(s.acme.path('deliveries?status=lost'))],
  },
  [`POST ${V}/deliveries/find`]: {
    works: [200, (s) => s.vendorPost('deliveries/find', { vendorDeviceId: 'lamp-1' })],
    refuses: [404, 'NOT_FOUND', (s) =>
      s.acme.post(s.brio.path('deliveries/find'), { vendorDeviceId: 'lamp-1' })],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.vendorPost('deliveries/find', {})],
  },
  [`GET ${V}/deliveries/{deliveryId}`]: {
    works: [200, async (s) => s.acme.get(s.acme.path(`deliveries/${await s.aDelivery()}`))],
    refuses: [404, 'DELIVERY_UNKNOWN', async (s) =>
      s.brio.get(s.brio.path(`deliveries/${await s.aDelivery()}`))],
    rejects: [404, (s) => s.acme.get(s.acme.path('deliveries/no-id'))],
  },
  [`POST ${V}/deliveries/{deliveryId}/redeliver`]: {
    works: [202, async (s) => s.vendorPost(`deliveries/${await s.aDelivery()}/redeliver`, {})],
    refuses: [404, 'DELIVERY_UNKNOWN', async (s) =>
      s.brio.post(s.brio.path(`deliveries/${await s.aDelivery()}/redeliver`))],
    rejects: [400, async (s) =>
      s.vendorPost(`deliveries/${await s.aDelivery()}/redeliver`, { again: true })],
  },
  [`POST ${V}/deliveries/redeliver`]: {
    works: [202, (s) => s.vendorPost('deliveries/redeliver', {})],
    refuses: [403, 'VENDOR_NOT_APPROVED', (s) =>
      s.suspended.post(s.suspended.path('deliveries/redeliver'))],
    rejects: [400, 'INVALID_ARGUMENT', (s) =>
      s.vendorPost('deliveries/redeliver', { status: 'pending' })],
  },
  [`POST ${V}/test-notification`]: {
    works: [200, (s) => s.vendorPost('test-notification', {})],
    refuses: [403, 'VENDOR_NOT_APPROVED', (s) =>
      s.suspended.post(s.suspended.path('test-notification'))],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.vendorPost('test-notification', { to: 'me' })],
  },
};
