// openapi -- is docs/openapi.json a document that tools of others take?
//
// By Redocly's own rules, all of the recommended ones but two: whose licence a service is
// offered under is its operator's to say, and a page that is a folder ends in a slash, or its
// links would lead elsewhere. And by two of ours: an object says what is in it,
// and lets nothing else in, but for those whose names are a thing model's own.
//
// Planted bugs that this must notice, and did: a $ref to no schema, an example that its schema
// does not allow, and an object that lets anything in.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { createConfig, lint } from '@redocly/openapi-core';

const path = new URL('../../docs/openapi.json', import.meta.url);
const document = JSON.parse(readFileSync(path));

test('the linter has nothing to say about the document', async () => {
  const rules = { 'info-license': 'off', 'no-path-trailing-slash': 'off' };
  const config = await createConfig({ extends: ['recommended'], rules });
  const problems = await lint({ ref: path.pathname, config });
  const said = problems.map(({ ruleId, message, location: [{ pointer }] }) =>
    `${ruleId}: ${message} ${pointer}`);
  assert.deepEqual(said, []);
});

// Names are the model's own, or another document is quoted whole.
const open = /\/(properties|desired|reported|observed|received|data|definition)$/;

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

function contents(part) {
  if (!part || typeof part !== 'object') return [];
  if (part.content) return Object.values(part.content);
  return Object.values(part).flatMap(contents);
}
