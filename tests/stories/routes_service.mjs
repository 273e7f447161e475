// routes_service.mjs -- of each route for whoever keeps it running, and of the pages: what
// works, what is refused, what is bad input. See routes.test.mjs.

// Of a page that anybody may read.
const page = (path) => ({
  works: [200, (s) => s.world.nobody.get(path)],
  heads: [200, (s) => s.world.nobody.call('HEAD', path)],
  refuses: [405, 'METHOD_NOT_ALLOWED', (s) => s.world.nobody.post(path)],
  rejects: [400, 'INVALID_ARGUMENT', (s) => s.world.nobody.get(`${path}?lang=de`)],
});

export const serviceCases = {
  'GET /openapi.json': page('/openapi.json'),
  'GET /docs': page('/docs'),
  'GET /docs.css': page('/docs.css'),
  'GET /errors/{code}': {
    ...page('/errors/not-found'),
    misses: [404, 'NOT_FOUND', (s) => s.world.nobody.get('/errors/nonesuch')],
    mistakes: [404, 'NOT_FOUND', (s) => s.world.nobody.get('/errors/not_found')],
  },
  'GET /livez': {
    works: [200, (s) => s.world.nobody.get('/livez')],
    refuses: [405, 'METHOD_NOT_ALLOWED', (s) => s.world.nobody.post('/livez')],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.world.nobody.get('/livez?really=true')],
  },
  'GET /readyz': {
    works: [200, (s) => s.world.nobody.get('/readyz')],
    refuses: [405, 'METHOD_NOT_ALLOWED', (s) => s.world.nobody.delete('/readyz')],
    rejects: [400, 'INVALID_ARGUMENT', (s) => s.world.nobody.call('GET', '/readyz', '{}')],
  },
};
