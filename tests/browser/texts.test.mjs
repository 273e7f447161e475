// Does the app say everything in both languages, and is it as small as it has to be?
//
// Planted bugs that this noticed: a sentence without its German, a value that a translation forgot,
// a name of a sentence that there is not.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';

const app = new URL('../../app/', import.meta.url).pathname;
const APP_MAX = 100 * 1024; // bytes in all, texts and icons included

const words = Object.fromEntries(
  ['en', 'de'].map((tag) => [tag, JSON.parse(readFileSync(path.join(app, `${tag}.json`)))]),
);
const code = readdirSync(app)
  .filter((name) => name.endsWith('.js'))
  .map((name) => readFileSync(path.join(app, name), 'utf8'))
  .join('\n');
const valuesOf = (sentence) => [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test('both languages say the same things, with the same values', () => {
  assert.deepEqual(Object.keys(words.de).sort(), Object.keys(words.en).sort());
  for (const [name, sentence] of Object.entries(words.en))
    assert.deepEqual(valuesOf(words.de[name]), valuesOf(sentence), name);
});

test('every sentence that the code names is there, and each that is there is named', () => {
  const named = [...code.matchAll(/(?<![\w.])(?:t|knows)\(\s*'([^']+)'/g)].map(
    ([, name]) => name,
  );
  for (const name of named) assert.ok(words.en[name], name);
  const lead = [...code.matchAll(/[`']([a-z]+[.-])\$\{/g)].map(([, start]) => start);
  for (const name of Object.keys(words.en)) {
    const plain = name.replace(/\.one$/, '');
    assert.ok(
      code.includes(`'${plain}'`) ||
        code.includes(` ${plain}: `) ||
        lead.some((start) => plain.startsWith(start)),
      name,
    );
  }
});

test('the app is at most 100 KiB in all', () => {
  const built = path.join(process.env.PIOT_BUILD, 'app');
  const sizes = readdirSync(built)
    .filter((name) => !name.endsWith('.c'))
    .map((name) => statSync(path.join(built, name)).size);
  const all = sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(all <= APP_MAX, `${all} bytes`);
});
