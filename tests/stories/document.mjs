// document.mjs -- docs/openapi.json, and whether requests and answers are as it says.
//
// Every answer a story's client gets is held against it (client.mjs): the status and, of JSON,
// each member; of an error also its code. So is every body of JSON that was taken: what may be
// sent is there, too. What is no JSON by the document (streams, lines, tiles, pages) is let by,
// and so is what has no place in it: a path that is not offered, and what HTTP itself does not
// allow.
import { readFileSync } from 'node:fs';
import { Ajv } from '../peers/packages.mjs';

const document = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url)));
const ajv = new Ajv({ strict: false, validateFormats: false });
ajv.addSchema({ ...document, $id: 'piot' }, undefined, undefined, false);
const validators = new Map();

const calls = Object.entries(document.paths)
  .flatMap(([path, methods]) => Object.entries(methods).map(([method, call]) => {
    // The last parameter may take the rest of a path with its slashes.
    const pattern = path.replace(/[.]/g, '[.]').replace('{tile}', '.*');
    const whole = new RegExp(`^${pattern.replace(/\{\w+\}/g, '[^/]+')}$`);
    return { path, method, call, pattern: whole };
  }))
  .sort((a, b) => a.path.split('{').length - b.path.split('{').length);

// The row that a request is for; undefined: there is none.
function callOf(method, target) {
  const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
  const path = target.split('?')[0];
  return calls.find((each) => each.method === verb && each.pattern.test(path));
}

// The errors as a sentence; nothing: it is as the schema says.
function faults(place, schema, body) {
  if (!validators.has(place)) {
    const text = JSON.stringify(schema).replaceAll('"#/', '"piot#/');
    validators.set(place, ajv.compile(JSON.parse(text)));
  }
  const validate = validators.get(place);
  return validate(body) ? undefined : `${place}: ${ajv.errorsText(validate.errors)}`;
}

// What is wrong with an answer, as a sentence; nothing: it is as the document says.
export function notAsDescribed(method, target, status, body, type = 'application/json') {
  const found = callOf(method, target);
  if (!found || body === undefined) return undefined;
  const { responses } = found.call;
  const early = document.components.responses.BeforeARoute.content['application/json'];
  if (status >= 400 && body?.code in early.examples) return undefined;
  const contents = responses[status]?.content ?? {};
  const described = contents[type] ?? contents[type.replace('problem+', '')];
  const name = `${method} ${found.path} ${status}`;
  if (!described) return `${name}: no such JSON answer is described`;
  if (described.schema.type === 'string') return undefined; // another form than JSON of ours
  const fault = faults(name, described.schema, body);
  if (!fault && described.examples && !(body.code in described.examples))
    return `${name}: ${body.code} is not among its codes`;
  return fault;
}

// The same of a body that was taken, as it was sent under this type.
export function notDescribedButTaken(method, target, text, type = 'application/json') {
  const found = callOf(method, target);
  const contents = found?.call.requestBody?.content;
  const media = type.split(';')[0].trim().toLowerCase();
  if (!contents || !/json$/.test(media)) return undefined;
  const { schema } = contents[media] ?? contents['application/json'] ?? {};
  const name = `what ${method} ${found.path} takes as ${media}`;
  if (!schema) return `${name} is not described`;
  return schema.type === 'string' ? undefined : faults(name, schema, JSON.parse(text));
}
