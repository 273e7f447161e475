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
};
