// prism -- does Stoplight's Prism, which knows nothing but docs/openapi.json, find every request
// that piotd takes, and every answer that it gives, as the document says?
//
// It stands as a proxy before the piotd of whole stories, and is strict (--errors): what it
// finds wrong with an answer fails the story. So does a request that it does not let through and
// piotd takes: what Prism refuses, piotd has to refuse, too.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client } from '../stories/client.mjs';

const told = ['the_flow', 'consent_withdrawn', 'routes'];

const done = (what) => {
  try {
    return what();
  } catch {
    return undefined;
  }
};
const rewritten = (body) => done(() => JSON.stringify(JSON.parse(body))) ?? body;

// What Prism 5.14 cannot do goes past it.
const cannot = [
  // OpenAPI 3.0 has no path that ends in several segments, and HEAD goes by the GET of its path.
  ({ method, path }) => method === 'HEAD' || path.startsWith('/audit/v1/tile/'),
  // It sends a Host of its own, which is not where a browser's page is from.
  ({ headers }) => headers.origin,
  // All types that end in +json are one to it: the first form of a body or an answer counts,
  // whichever came.
  ({ headers }) => /batch[+]json|td[+]json/.test(`${headers['content-type']} ${headers.accept}`),
  // It writes JSON anew, which the keys of repeated writes notice; a text it writes without
  // quotes, and false, 0 or null not at all.
  ({ body }) => rewritten(body) !== body || /^("|false|0|null)/.test(body),
  // It ends, with all that it was asked, at a path that is encoded badly.
  ({ path }) => !done(() => decodeURI(path)),
];

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const PROBLEM = /^https:\/\/stoplight\.io\/prism\/errors#(\w+)/;

class Prism {
  #piotd; // the port of the story's own
  #way = createServer((socket) => {
    const onward = connect(this.#piotd, '127.0.0.1');
    socket.pipe(onward).pipe(socket);
    for (const end of [socket, onward]) end.on('error', () => end.destroy());
  });

  async start() {
    this.#way.listen(0, '127.0.0.1');
    await once(this.#way, 'listening');
    const upstream = `http://127.0.0.1:${this.#way.address().port}`;
    this.process = spawn(process.execPath, [
      here('node_modules/.bin/prism'), 'proxy', '--errors', '--cors', 'false', '--port', '0',
      here('../../docs/openapi.json'), upstream,
    ], { stdio: ['ignore', 'pipe', 'inherit'] });
    process.on('exit', () => this.process.kill('SIGKILL'));
    for await (const line of createInterface(this.process.stdout)) {
      this.url = /listening on (http:\S+)/.exec(line)?.[1];
      if (this.url) break;
    }
    assert.ok(this.url, 'Prism says where it listens');
    this.process.stdout.resume();
  }

  // See client.mjs.
  async passes(request, ask, url) {
    if (cannot.some((it) => it(request))) return ask(url);
    this.#piotd = new URL(url).port;
    const answer = await ask(this.url, false); // it ends idle connections under its callers
    const { type, error } = answer.body ?? {};
    const problem = error?.code ?? PROBLEM.exec(type)?.[1];
    if (!problem) return answer;
    const own = problem === 'VIOLATIONS' ? undefined : await ask(url);
    assert.ok(own?.status >= 400, `${answer.asked}\n-> Prism says ${answer.text}`);
    return own;
  }

  stop() {
    this.process.kill();
    this.#way.close();
  }
}

const prism = new Prism();
await prism.start();
after(() => prism.stop());
Client.front = prism;
for (const name of told) await import(`../stories/${name}.test.mjs`);
