// client.mjs -- one who calls piotd over HTTP, and what is answered.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { notAsDescribed, notDescribedButTaken } from './document.mjs';

export class Answer {
  constructor(asked, status, headers, bytes) {
    this.asked = asked;
    this.status = status;
    this.headers = headers;
    this.text = bytes.toString();
    const isJson = /^application\/(.*\+)?json/.test(headers['content-type'] ?? '');
    this.body = isJson && this.text ? JSON.parse(this.text) : undefined;
  }

  get position() {
    return this.headers['x-log-position'];
  }

  // The body, if the status is this one (and the error's code that one).
  is(status, code) {
    const got = `${this.asked}\n-> ${this.status} ${this.text}`;
    assert.equal(this.status, status, got);
    if (code) assert.equal(this.body?.code, code, got);
    return this.body;
  }
}

// How an answer, or a body that was taken whole, is not as the document says; nothing: it is.
function notAsItSays({ method, path, headers, body: sent }, { status, headers: said, body }) {
  const [type] = (said['content-type'] ?? '').split(';');
  const rejects = body?.results?.some((result) => result.status === 'rejected');
  const taken = status < 300 && sent !== undefined && !rejects;
  return notAsDescribed(method, path, status, body, type) ??
    (taken ? notDescribedButTaken(method, path, String(sent), headers['content-type']) : undefined);
}

export class Client {
  // What calls go through, if anything: passes(request, ask, url) gives the answer, which
  // ask(url, agent) gets from whoever is there (tests/peers/prism.test.mjs).
  static front;

  constructor(world, { token, headers = {} } = {}) {
    this.world = world;
    this.token = token;
    this.headers = headers;
  }

  // Sends `body` as JSON; bytes and text go out as they are. While the world says so, each
  // write has an Idempotency-Key of its own, under which the answer's again() sends it once
  // more, or sends something else.
  async call(method, path, body, headers = {}) {
    const isBare = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
    const bytes = isBare ? body : JSON.stringify(body);
    const sent = {
      ...(this.token && { authorization: `Bearer ${this.token}` }),
      ...(bytes !== undefined && { 'content-type': 'application/json' }),
      ...this.headers,
      ...headers,
    };
    if (this.world.keysWrites && method !== 'GET') sent['idempotency-key'] ??= randomUUID();
    if (bytes !== undefined) sent['content-length'] = Buffer.byteLength(bytes);
    for (const name of Object.keys(sent)) if (sent[name] === undefined) delete sent[name];
    const request = { method, path, headers: sent, body: bytes };
    const ask = (url, agent = this.world.agent) => this.#asks(url, request, agent);
    const { url } = this.world;
    const answer = await (Client.front?.passes(request, ask, url) ?? ask(url));
    const wrong = notAsItSays(request, answer);
    if (wrong) throw new Error(`not as docs/openapi.json says: ${wrong}: ${answer.text}`);
    answer.sent = bytes;
    answer.again = (other = bytes) => this.call(method, path, other, sent);
    return answer;
  }

  #asks(url, { method, path, headers, body }, agent) {
    return new Promise((resolve, reject) => {
      const request = http.request(url + path, { method, headers, agent }, (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const asked = `${method} ${path} ${body ?? ''}`;
          const all = Buffer.concat(parts);
          resolve(new Answer(asked, response.statusCode, response.headers, all));
        });
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  get(path, headers) {
    return this.call('GET', path, undefined, headers);
  }
  post(path, body = {}, headers) {
    return this.call('POST', path, body, headers);
  }
  put(path, body, headers) {
    return this.call('PUT', path, body, headers);
  }
  patch(path, body, headers) {
    return this.call('PATCH', path, body, headers);
  }
  delete(path, headers) {
    return this.call('DELETE', path, undefined, headers);
  }

  // All items of a list, page by page.
  async all(path) {
    const items = [];
    for (let next = path; next; ) {
      const answer = await this.get(next);
      items.push(...answer.is(200).items);
      const link = /<([^>]+)>; rel="next"/.exec(answer.headers.link ?? '')?.[1];
      const url = link && new URL(link, this.world.url);
      next = url && url.pathname + url.search;
    }
    return items;
  }
}
