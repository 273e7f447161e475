// routes_operator.mjs -- of each route for the operator, and of those for anybody: what
// works, what is refused, what is bad input. See routes.test.mjs.
import { randomUUID } from 'node:crypto';
import { ago } from './vendor.mjs';
import { until } from './wait.mjs';

const O = '/operator/v1';

// The steps of a vendor's life: the step before it, and one after which it is refused.
const step = (name, before, against) => ({
  works: [200, async (s) => s.op.post(`${await s.freshVendor(before)}/${name}`)],
  refuses: against
    ? [409, 'VENDOR_STATUS_CONFLICT', async (s) =>
        s.op.post(`${await s.freshVendor(against)}/${name}`)]
    : [404, 'VENDOR_UNKNOWN', (s) => s.op.post(`${O}/vendors/${s.unknown('vnd')}/${name}`)],
  rejects: [400, 'INVALID_ARGUMENT', async (s) =>
    s.op.post(`${await s.freshVendor(before)}/${name}`, { when: 'now' })],
});

// What is done for somebody who cannot get in.
const forAPerson = (name, status) => ({
  works: [status, (s) => s.op.post(`${O}/accounts/${s.guest.accountId}/${name}`)],
  refuses: [404, 'ACCOUNT_UNKNOWN', (s) => s.op.post(`${O}/accounts/${s.unknown('acc')}/${name}`)],
  rejects: [400, 'INVALID_ARGUMENT', (s) =>
    s.op.post(`${O}/accounts/${s.guest.accountId}/${name}`, { why: 'lost' })],
});

// All views, folded again; the rebuild when it is over.
async function rebuilt(s) {
  const isOver = async () => {
    const [last = { status: 'none' }] = (await s.op.get(`${O}/rebuilds`)).is(200).items;
    return last.status !== 'running' && last;
  };
  await until('the rebuild before is over', isOver);
  (await s.op.post(`${O}/rebuilds`)).is(202);
  return until('the rebuild is over', isOver);
}

export const operatorCases = {
  [`GET ${O}/deliveries`]: {
    works: [200, (s) => s.op.get(`${O}/deliveries?vendor=${s.acme.id}`)],
    refuses: [403, (s) => s.auditor.get(`${O}/deliveries?vendor=${s.acme.id}`)],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.op.get(`${O}/deliveries`)],
  },
  [`GET ${O}/deliveries/{deliveryId}`]: {
    works: [200, async (s) => s.op.get(`${O}/deliveries/${await s.aDelivery()}`)],
    refuses: [404, 'DELIVERY_UNKNOWN', (s) => s.op.get(`${O}/deliveries/${s.unknown('dlv')}`)],
    rejects: [404, (s) => s.op.get(`${O}/deliveries/no-id`)],
  },
  [`POST ${O}/deliveries/{deliveryId}/redeliver`]: {
    works: [202, async (s) => s.op.post(`${O}/deliveries/${await s.aDelivery()}/redeliver`)],
    refuses: [404, 'DELIVERY_UNKNOWN', (s) =>
      s.op.post(`${O}/deliveries/${s.unknown('dlv')}/redeliver`)],
    rejects: [400, async (s) =>
      s.op.post(`${O}/deliveries/${await s.aDelivery()}/redeliver`, { again: true })],
  },
  [`POST ${O}/deliveries/redeliver`]: {
    works: [202, (s) => s.op.post(`${O}/deliveries/redeliver?vendor=${s.acme.id}`)],
    refuses: [403, (s) => s.auditor.post(`${O}/deliveries/redeliver?vendor=${s.acme.id}`)],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.op.post(`${O}/deliveries/redeliver`)],
  },
  [`GET ${O}/withdrawals`]: {
    works: [200, (s) => s.op.get(`${O}/withdrawals?overdue=true`)],
    refuses: [403, (s) => s.auditor.get(`${O}/withdrawals`)],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.op.get(`${O}/withdrawals?overdue=1`)],
  },
  [`POST ${O}/sessions`]: {
    works: [204, (s) => s.op.post(`${O}/sessions`, {}, { origin: s.world.url })],
    refuses: [403, 'PERMISSION_DENIED', (s) =>
      s.op.post(`${O}/sessions`, {}, { origin: 'https://elsewhere.example' })],
    rejects: [400, 'INVALID_ARGUMENT', (s) =>
      s.op.post(`${O}/sessions`, { token: 'x' }, { origin: s.world.url })],
  },
  [`POST ${O}/vendors`]: {
    works: [201, (s) => s.op.post(`${O}/vendors`, { name: 'Dora' })],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.kim.app.post(`${O}/vendors`, { name: 'Dora' })],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.op.post(`${O}/vendors`, { title: 'Dora' })],
  },
  [`GET ${O}/vendors`]: {
    works: [200, (s) => s.op.get(`${O}/vendors?limit=1`)],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.acme.get(`${O}/vendors`)],
    rejects: [400, (s) => s.op.get(`${O}/vendors?limit=many`)],
  },
  [`GET ${O}/vendors/{vendorId}`]: {
    works: [200, (s) => s.op.get(`${O}/vendors/${s.acme.id}`)],
    refuses: [404, 'VENDOR_UNKNOWN', (s) => s.op.get(`${O}/vendors/${s.unknown('vnd')}`)],
    rejects: [404, 'NOT_FOUND', (s) => s.op.get(`${O}/vendors/Acme`)],
  },
  [`GET ${O}/vendors/{vendorId}/figures`]: {
    works: [200, (s) => s.op.get(`${O}/vendors/${s.acme.id}/figures`)],
    refuses: [404, 'VENDOR_UNKNOWN', (s) => s.op.get(`${O}/vendors/${s.unknown('vnd')}/figures`)],
    rejects: [404, 'NOT_FOUND', (s) => s.op.get(`${O}/vendors/Acme/figures`)],
  },
  [`PATCH ${O}/vendors/{vendorId}`]: {
    works: [200, (s) => s.op.patch(`${O}/vendors/${s.acme.id}`, { name: 'Acme & Sons' })],
    refuses: [404, 'VENDOR_UNKNOWN', (s) =>
      s.op.patch(`${O}/vendors/${s.unknown('vnd')}`, { name: 'X' })],
    rejects: [400, 'INVALID_ARGUMENT', (s) =>
      s.op.patch(`${O}/vendors/${s.acme.id}`, { limits: { promptsOpenMax: -1 } })],
  },
  [`POST ${O}/vendors/{vendorId}/approve`]: step('approve', [], ['approve', 'suspend']),
  [`POST ${O}/vendors/{vendorId}/suspend`]: step('suspend', ['approve'], ['offboard']),
  [`POST ${O}/vendors/{vendorId}/resume`]: step('resume', ['approve', 'suspend'], ['offboard']),
  [`POST ${O}/vendors/{vendorId}/offboard`]: step('offboard', ['approve']),
  [`POST ${O}/accounts`]: {
    works: [201, (s) => s.op.post(`${O}/accounts`, { login: randomUUID() })],
    refuses: [409, 'LOGIN_TAKEN', (s) => s.op.post(`${O}/accounts`, { login: 'kim' })],
    rejects: [400, 'INVALID_ARGUMENT', (s) =>
      s.op.post(`${O}/accounts`, { login: 'x', phoneNumber: '112' })],
  },
  [`GET ${O}/accounts`]: {
    works: [200, (s) => s.op.get(`${O}/accounts`)],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.kim.app.get(`${O}/accounts`)],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.op.get(`${O}/accounts?login=kim`)],
  },
  [`GET ${O}/accounts/{accountId}`]: {
    works: [200, (s) => s.op.get(`${O}/accounts/${s.kim.accountId}`)],
    refuses: [404, 'ACCOUNT_UNKNOWN', (s) => s.op.get(`${O}/accounts/${s.unknown('acc')}`)],
    rejects: [404, 'NOT_FOUND', (s) => s.op.get(`${O}/accounts/kim`)],
  },
  [`POST ${O}/accounts/find`]: {
    works: [200, (s) => s.op.post(`${O}/accounts/find`, { login: 'kim' })],
    refuses: [403, 'PERMISSION_DENIED', (s) =>
      s.acme.post(`${O}/accounts/find`, { login: 'kim' })],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.op.post(`${O}/accounts/find`, {})],
  },
  [`PATCH ${O}/accounts/{accountId}`]: {
    works: [200, (s) =>
      s.op.patch(`${O}/accounts/${s.lee.accountId}`, { login: randomUUID(), displayName: 'Lee' })],
    refuses: [409, 'LOGIN_TAKEN', (s) =>
      s.op.patch(`${O}/accounts/${s.lee.accountId}`, { login: 'kim' })],
    rejects: [400, 'INVALID_ARGUMENT', (s) =>
      s.op.patch(`${O}/accounts/${s.lee.accountId}`, { phoneNumber: '112' })],
  },
  [`POST ${O}/accounts/{accountId}/activation`]: forAPerson('activation', 201),
  [`POST ${O}/accounts/{accountId}/unlock`]: forAPerson('unlock', 200),
  [`POST ${O}/accounts/{accountId}/end-sessions`]: forAPerson('end-sessions', 200),
  [`DELETE ${O}/accounts/{accountId}`]: {
    works: [202, async (s) => {
      const { accountId } = await s.world.household(randomUUID());
      return s.op.delete(`${O}/accounts/${accountId}`);
    }],
    refuses: [404, 'ACCOUNT_UNKNOWN', (s) => s.op.delete(`${O}/accounts/${s.unknown('acc')}`)],
    rejects: [404, 'NOT_FOUND', (s) => s.op.delete(`${O}/accounts/kim`)],
  },
  [`POST ${O}/accounts/{accountId}/hold`]: {
    works: [200, async (s) => {
      const { accountId } = await s.world.household(randomUUID());
      return s.op.post(`${O}/accounts/${accountId}/hold`, { reason: 'law' });
    }],
    refuses: [404, 'ACCOUNT_UNKNOWN', (s) =>
      s.op.post(`${O}/accounts/${s.unknown('acc')}/hold`, { reason: 'law' })],
    rejects: [400, 'INVALID_ARGUMENT', (s) =>
      s.op.post(`${O}/accounts/${s.kim.accountId}/hold`, {})],
  },
  [`POST ${O}/accounts/{accountId}/release`]: {
    works: [200, (s) => s.op.post(`${O}/accounts/${s.kim.accountId}/release`, {})],
    refuses: [404, 'ACCOUNT_UNKNOWN', (s) =>
      s.op.post(`${O}/accounts/${s.unknown('acc')}/release`, {})],
    rejects: [400, 'INVALID_ARGUMENT', (s) =>
      s.op.post(`${O}/accounts/${s.kim.accountId}/release`, { reason: 7 })],
  },
  [`POST ${O}/gateways`]: {
    works: [201, (s) =>
      s.op.post(`${O}/gateways`, { gatewayId: randomUUID(), accountId: s.kim.accountId })],
    refuses: [409, 'GATEWAY_HELD_ELSEWHERE', (s) =>
      s.op.post(`${O}/gateways`, { gatewayId: s.kim.gatewayId, accountId: s.lee.accountId })],
    rejects: [400, 'INVALID_ARGUMENT', (s) =>
      s.op.post(`${O}/gateways`, { gatewayId: 'x', accountId: s.acme.id })],
  },
  [`GET ${O}/gateways`]: {
    works: [200, (s) => s.op.get(`${O}/gateways`)],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.auditor.get(`${O}/gateways`)],
    rejects: [400, (s) => s.op.get(`${O}/gateways?cursor=%21`)],
  },
  [`GET ${O}/gateways/{gatewayId}`]: {
    works: [200, (s) => s.op.get(`${O}/gateways/${s.kim.gatewayId}`)],
    refuses: [404, 'GATEWAY_UNKNOWN', (s) => s.op.get(`${O}/gateways/none`)],
    rejects: [404, 'NOT_FOUND', (s) => s.op.get(`${O}/gateways/%zz`)],
  },
  [`DELETE ${O}/gateways/{gatewayId}`]: {
    works: [204, async (s) => {
      const gateway = { gatewayId: randomUUID(), accountId: s.kim.accountId };
      (await s.op.post(`${O}/gateways`, gateway)).is(201);
      return s.op.delete(`${O}/gateways/${gateway.gatewayId}`);
    }],
    refuses: [404, 'GATEWAY_UNKNOWN', (s) => s.op.delete(`${O}/gateways/none`)],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.op.call('DELETE', `${O}/gateways/none`, {})],
  },
  [`POST ${O}/leases`]: {
    works: [200, (s) => s.op.post(`${O}/leases`,
      [{ gatewayId: s.kim.gatewayId, ipv6Prefix: '2001:db8:7::/48', from: ago(1000) }])],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.acme.post(`${O}/leases`, [])],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.op.post(`${O}/leases`,
      [{ gatewayId: s.kim.gatewayId, ipv4: '300.1.1.1', from: ago(1000) }])],
  },
  [`POST ${O}/tokens`]: {
    works: [201, (s) => s.op.post(`${O}/tokens`, { role: 'operator', name: 'night shift' })],
    refuses: [400, 'ROLE_UNKNOWN', (s) => s.op.post(`${O}/tokens`, { role: 'king', name: 'x' })],
    sees: [400, 'PERSONAL_IS_FOR_AUDITORS', (s) =>
      s.op.post(`${O}/tokens`, { role: 'operator', name: 'x', personal: true })],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.op.post(`${O}/tokens`, { role: 'auditor' })],
  },
  [`GET ${O}/tokens`]: {
    works: [200, (s) => s.op.get(`${O}/tokens`)],
    refuses: [401, 'UNAUTHENTICATED', (s) => s.world.nobody.get(`${O}/tokens`)],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.op.get(`${O}/tokens?role=auditor`)],
  },
  [`DELETE ${O}/tokens/{tokenId}`]: {
    works: [204, async (s) => {
      const asked = { role: 'auditor', name: 'short' };
      const { tokenId } = (await s.op.post(`${O}/tokens`, asked)).is(201);
      return s.op.delete(`${O}/tokens/${tokenId}`);
    }],
    refuses: [409, 'TOKEN_IS_OWN', async (s) => {
      const { items } = (await s.op.get(`${O}/tokens`)).is(200);
      return s.op.delete(`${O}/tokens/${items.find(({ name }) => name === 'first').tokenId}`);
    }],
    rejects: [404, 'NOT_FOUND', (s) => s.op.delete(`${O}/tokens/short`)],
  },
  [`POST ${O}/clock`]: {
    works: [200, (s) => s.op.post(`${O}/clock`, { now: ago(0) })],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.auditor.post(`${O}/clock`, { now: ago(0) })],
    rejects: [400, 'OUT_OF_RANGE', (s) => s.op.post(`${O}/clock`, { now: ago(60_000) })],
  },
  [`POST ${O}/backups`]: {
    works: [202, (s) => s.op.post(`${O}/backups`, { keep: 2 })],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.auditor.post(`${O}/backups`)],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.op.post(`${O}/backups`, { keep: 0 })],
  },
  [`GET ${O}/backups`]: {
    works: [200, (s) => s.op.get(`${O}/backups`)],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.acme.get(`${O}/backups`)],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.op.get(`${O}/backups?cursor=%21`)],
  },
  [`POST ${O}/rebuilds`]: {
    works: [202, (s) => s.op.post(`${O}/rebuilds`, { eventsPerSecond: 100, compare: true })],
    refuses: [409, 'REBUILD_RUNNING', async (s) => {
      await rebuilt(s);
      (await s.op.post(`${O}/rebuilds`, { eventsPerSecond: 100 })).is(202);
      return s.op.post(`${O}/rebuilds`);
    }],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.op.post(`${O}/rebuilds`, { eventsPerSecond: 1 })],
  },
  [`GET ${O}/rebuilds`]: {
    works: [200, (s) => s.op.get(`${O}/rebuilds`)],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.acme.get(`${O}/rebuilds`)],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.op.get(`${O}/rebuilds?status=running`)],
  },
  [`GET ${O}/rebuilds/{rebuildId}`]: {
    works: [200, async (s) => {
      const { rebuildId } = await rebuilt(s);
      return s.op.get(`${O}/rebuilds/${rebuildId}`);
    }],
    refuses: [404, 'NOT_FOUND', (s) => s.op.get(`${O}/rebuilds/rbl_01kat8x1p5fwza4n4d8cq0y2mv`)],
    rejects: [404, 'NOT_FOUND', (s) => s.op.get(`${O}/rebuilds/first`)],
  },
  [`GET ${O}/overview`]: {
    works: [200, (s) => s.op.get(`${O}/overview`)],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.auditor.get(`${O}/overview`)],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.op.get(`${O}/overview?vendor=x`)],
  },
};
