// packages.mjs -- the third-party clients of tests/peers/node_modules, for tests in other
// folders: node looks for packages beside the importing file only.
export { Webhook } from 'standardwebhooks';
export { Webhook as SvixWebhook } from 'svix';
export { EventSource } from 'eventsource';
export { Ajv } from 'ajv';
export { CloudEvent, HTTP } from 'cloudevents';
export { default as ece } from 'http_ece';
