// routes_audit.mjs -- of each route for auditors: what works, what is refused, what is bad
// input. See routes.test.mjs.
const D = '/audit/v1';

export const auditCases = {
  [`GET ${D}/events`]: {
    works: [200, (s) => s.auditor.get(`${D}/events?account=${s.kim.accountId}`)],
    heads: [200, (s) => s.auditor.call('HEAD', `${D}/events`)],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.app.get(`${D}/events`)],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.auditor.get(`${D}/events?account=kim`)],
    overshoots: [400, 'OUT_OF_RANGE', (s) => s.auditor.get(`${D}/events?after=1/999999999`)],
  },
  [`GET ${D}/accounts/{accountId}`]: {
    works: [200, (s) => s.auditor.get(`${D}/accounts/${s.kim.accountId}`)],
    heads: [200, (s) => s.auditor.call('HEAD', `${D}/accounts/${s.kim.accountId}`)],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.app.get(`${D}/accounts/${s.kim.accountId}`)],
    rejects: [400, 'INVALID_ARGUMENT',
              (s) => s.auditor.get(`${D}/accounts/${s.kim.accountId}?at=yesterday`)],
    misses: [404, 'NOT_FOUND', (s) => s.auditor.get(`${D}/accounts/${s.kim.accountId}?at=1/1`)],
    overshoots: [404, 'NOT_FOUND',
                 (s) => s.auditor.get(`${D}/accounts/${s.kim.accountId}?at=1/999999999`)],
  },
  [`GET ${D}/accounts/{accountId}/diff`]: {
    works: [200, (s) => s.auditor.get(`${D}/accounts/${s.kim.accountId}/diff?from=1/20`)],
    refuses: [403, 'PERMISSION_DENIED',
              (s) => s.app.get(`${D}/accounts/${s.kim.accountId}/diff?from=1/20`)],
    rejects: [400, 'INVALID_ARGUMENT',
              (s) => s.auditor.get(`${D}/accounts/${s.kim.accountId}/diff`)],
    turns: [400, 'INVALID_ARGUMENT',
            (s) => s.auditor.get(`${D}/accounts/${s.kim.accountId}/diff?from=1/20&to=1/10`)],
  },
  [`GET ${D}/networks/{networkId}`]: {
    works: [200, (s) => s.auditor.get(`${D}/networks/${s.kim.network.networkId}`)],
    refuses: [403, 'PERMISSION_DENIED',
              (s) => s.app.get(`${D}/networks/${s.kim.network.networkId}`)],
    rejects: [404, 'NOT_FOUND', (s) => s.auditor.get(`${D}/networks/home`)],
  },
  [`GET ${D}/devices/{deviceId}/why`]: {
    works: [200, (s) => s.auditor.get(`${D}/devices/${s.lamp.deviceId}/why`)],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.app.get(`${D}/devices/${s.lamp.deviceId}/why`)],
    rejects: [404, 'NOT_FOUND',
              (s) => s.auditor.get(`${D}/devices/dev_01h455vb4pex5vsknk084sn02q/why`)],
  },
};
