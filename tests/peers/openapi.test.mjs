// openapi -- is docs/openapi.json a document that tools of others take?
//
// By `redocly lint`, with all that Redocly recommends but what redocly.yaml switches off and
// says why; its warnings count. And by rules of ours: an object says what is in it and lets
// nothing else in, but for those whose names are others' own; and of what vendors report, each
// type has its data.
//
// Planted bugs that this must notice, and did: a $ref to no schema, an example that its schema
// does not allow, and an object that lets anything in.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Ajv } from './packages.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const path = here('../../docs/openapi.json');
const document = JSON.parse(readFileSync(path));
const quiet = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };

test('redocly lint has nothing to say about the document', async () => {
  const words = ['lint', '--config', here('redocly.yaml'), '--format', 'json', path];
  const { stdout } = await promisify(execFile)(
    process.execPath, [here('node_modules/.bin/redocly'), ...words],
    { env: { ...process.env, ...quiet } },
  ).catch((error) => error); // of errors; what it says of them is compared
  assert.deepEqual(JSON.parse(stdout).problems, []);
});

// Names are the model's own, or those of a vocabulary of others that is quoted.
const open = new RegExp('/(properties|desired|reported|observed|received|data|definition' +
  '|Value/anyOf/4|ThingModelSaid(/properties/(actions|events))?|ModelVersion|Affordance' +
  '|VendorEvent)$');

test('an object says what is in it and lets nothing else in', () => {
  const wrong = [];
  const look = (schema, at) => {
    if (!schema || typeof schema !== 'object') return;
    if (schema.type === 'object') {
      const closed = schema.additionalProperties === false && schema.properties;
      if (!closed && !open.test(at)) wrong.push(at);
    }
    for (const [name, inner] of Object.entries(schema)) look(inner, `${at}/${name}`);
  };
  look(document.components.schemas, '');
  for (const [path, calls] of Object.entries(document.paths))
    for (const [method, call] of Object.entries(calls))
      for (const part of [call.requestBody, call.responses])
        for (const { schema } of [part].flatMap(contents)) look(schema, `${method} ${path}`);
  assert.deepEqual(wrong, []);
});

const ajv = new Ajv({ strict: false, validateFormats: false });
ajv.addSchema({ ...document, $id: 'piot' }, undefined, undefined, false);
const event = ajv.getSchema('piot#/components/schemas/VendorEvent');

// Planted bug that this must notice, and did: data that let more in than the table says.
test('what a vendor reports is described by its type, member by member', () => {
  const base = { specversion: '1.0', id: '1', source: '/cloud', type: 'piot.v1.device-removed' };
  const gone = { ...base, data: { vendorDeviceId: 'lamp-1' } };
  const rows = [
    [true, gone],
    [true, { ...gone, type: 'acme.v1.device-removed', partnerextension: 'any' }],
    [false, { ...gone, data: { ...gone.data, stray: 1 } }],
    [false, { ...gone, data: {} }],
    [false, { ...gone, type: 'piot.v1.device-exploded' }],
    [false, { ...gone, extension: { of: 'more' } }],
    [false, { ...base, type: 'piot.v1.withdrawal-acknowledged', data: gone.data }],
  ];
  for (const [good, said] of rows) assert.equal(event(said), good, JSON.stringify(said));
});

function contents(part) {
  if (!part || typeof part !== 'object') return [];
  if (part.content) return Object.values(part.content);
  return Object.values(part).flatMap(contents);
}
