// routes_log.mjs -- of each route that serves the log itself: what works, what is refused,
// what is bad input. See routes.test.mjs.
const D = '/audit/v1';
const path = 'tile/{tile…}';

export const logCases = {
  [`GET ${D}/checkpoint`]: {
    works: [200, (s) => s.auditor.get(`${D}/checkpoint`)],
    heads: [200, (s) => s.auditor.call('HEAD', `${D}/checkpoint`)],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.app.get(`${D}/checkpoint`)],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.auditor.get(`${D}/checkpoint?size=1`)],
  },
  [`GET ${D}/${path}`]: {
    works: [200, (s) => s.auditor.get(`${D}/tile/0/000.p/1`)],
    shows: [200, (s) => s.op.get(`${D}/tile/entries/000.p/2`)],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.acme.get(`${D}/tile/0/000.p/1`)],
    rejects: [404, 'NOT_FOUND', (s) => s.auditor.get(`${D}/tile/0/0.p/1`)],
    overshoots: [404, 'NOT_FOUND', (s) => s.auditor.get(`${D}/tile/entries/x999/000`)],
  },
  [`GET ${D}/proofs/inclusion`]: {
    works: [200, (s) => s.auditor.get(`${D}/proofs/inclusion?position=1/1`)],
    counts: [200, (s) => s.auditor.get(`${D}/proofs/inclusion?position=2&size=3`)],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.app.get(`${D}/proofs/inclusion?position=1`)],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.auditor.get(`${D}/proofs/inclusion?position=x`)],
    misses: [400, 'INVALID_ARGUMENT', (s) => s.auditor.get(`${D}/proofs/inclusion`)],
    zeroes: [400, 'OUT_OF_RANGE', (s) => s.auditor.get(`${D}/proofs/inclusion?position=0`)],
    overshoots: [400, 'OUT_OF_RANGE',
      (s) => s.auditor.get(`${D}/proofs/inclusion?position=1&size=99999999`)],
    exceeds: [400, 'OUT_OF_RANGE',
      (s) => s.auditor.get(`${D}/proofs/inclusion?position=3&size=2`)],
  },
  [`GET ${D}/proofs/consistency`]: {
    works: [200, (s) => s.auditor.get(`${D}/proofs/consistency?from=1`)],
    between: [200, (s) => s.auditor.get(`${D}/proofs/consistency?from=2&to=3`)],
    refuses: [403, 'PERMISSION_DENIED', (s) => s.acme.get(`${D}/proofs/consistency?from=1`)],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.auditor.get(`${D}/proofs/consistency?from=-1`)],
    misses: [400, 'INVALID_ARGUMENT', (s) => s.auditor.get(`${D}/proofs/consistency?to=3`)],
    overshoots: [400, 'OUT_OF_RANGE',
      (s) => s.auditor.get(`${D}/proofs/consistency?from=1&to=99999999`)],
    turns: [400, 'OUT_OF_RANGE', (s) => s.auditor.get(`${D}/proofs/consistency?from=3&to=2`)],
  },
};
