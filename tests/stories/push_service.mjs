// push_service.mjs -- a push service on loopback, and browsers that are subscribed to it. What
// a push says is opened by `http_ece`, which is not ours; who sent it is proven by node's crypto.
import assert from 'node:assert/strict';
import { createECDH, createPublicKey, randomBytes, verify } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { ece } from '../peers/packages.mjs';

// A browser's half of a subscription: its endpoint, and keys to open what is sent there.
export class Browser {
  constructor(origin = 'https://push.example') {
    this.ecdh = createECDH('prime256v1');
    this.ecdh.generateKeys();
    this.auth = randomBytes(16);
    this.path = `/send/${randomBytes(12).toString('base64url')}`;
    this.origin = origin;
    this.got = []; // {push, headers, token} of all that were opened
  }

  // As toJSON() of a browser writes it.
  get subscription() {
    return {
      endpoint: this.origin + this.path,
      expirationTime: null,
      keys: {
        p256dh: this.ecdh.getPublicKey().toString('base64url'),
        auth: this.auth.toString('base64url'),
      },
    };
  }

  opens(body) {
    const key = { version: 'aes128gcm', privateKey: this.ecdh, authSecret: this.auth };
    return JSON.parse(ece.decrypt(body, key).toString());
  }

  get pushes() {
    return this.got.map(({ push }) => push);
  }
}

// The claims of a token, if its signature is that of the key beside it; RFC 8292.
export function claimsOf(authorization) {
  const [, head, claims, signature, k] =
    /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)$/.exec(authorization);
  const point = Buffer.from(k, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((n) => n.toString('base64url'));
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  const ieee = { key, dsaEncoding: 'ieee-p1363' };
  const signed = Buffer.from(`${head}.${claims}`);
  assert.ok(verify('sha256', signed, ieee, Buffer.from(signature, 'base64url')), 'it is signed');
  const { alg } = JSON.parse(Buffer.from(head, 'base64url'));
  assert.equal(alg, 'ES256');
  return { key: k, ...JSON.parse(Buffer.from(claims, 'base64url')) };
}

export class PushService {
  #browsers = new Map();

  constructor() {
    this.usual = () => ({ status: 201 });
    this.attempts = []; // {browser, headers, answered}, as they came
    this.wrong = []; // what could not be opened, and why
  }

  async open() {
    this.server = http.createServer((request, response) => this.#take(request, response));
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.origin = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  async kill() {
    this.server.close();
    this.server.closeAllConnections();
  }

  browser() {
    const browser = new Browser(this.origin);
    this.#browsers.set(browser.path, browser);
    return browser;
  }

  async #take(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const browser = this.#browsers.get(request.url);
    const attempt = { browser, headers: request.headers, at: performance.now() };
    this.attempts.push(attempt);
    try {
      attempt.claims = claimsOf(request.headers.authorization);
      attempt.push = browser.opens(Buffer.concat(parts));
    } catch (error) {
      this.wrong.push(error);
    }
    const { status, headers } = this.usual(attempt);
    attempt.answered = status;
    response.writeHead(status, headers).end();
    if (status === 201) browser.got.push(attempt);
  }
}
