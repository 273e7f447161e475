// endpoint.mjs -- a vendor's own HTTP server, where webhooks come in. What it takes for
// genuine is up to `standardwebhooks`, a verifier that is not ours.
import http from 'node:http';
import https from 'node:https';
import { once } from 'node:events';
import { Webhook } from '../peers/packages.mjs';

export class Endpoint {
  constructor() {
    this.secrets = [];
    this.attempts = []; // {event, headers, body, answered} of all that verified, as they came
    this.forgeries = []; // what did not verify
    this.answers = new Map(); // type -> what to do
    this.usual = () => ({ status: 204 });
    this.port = 0;
    this.tls = undefined; // {key, cert}: it speaks TLS
  }

  get url() {
    return `${this.tls ? 'https' : 'http'}://127.0.0.1:${this.port}/piot`;
  }

  async open() {
    const take = (request, response) => this.#take(request, response);
    this.server = this.tls ? https.createServer(this.tls, take) : http.createServer(take);
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = this.server.address().port;
  }

  // Nobody listens here any more; open() brings it back at the same port.
  async close() {
    if (!this.server?.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  // What to answer webhooks of this type with: a function of the event and the attempt,
  // giving {status, body?, headers?}, perhaps later.
  answer(type, how) {
    this.answers.set(`piot.v1.${type}`, how);
  }

  #isGenuine(body, headers) {
    return this.secrets.some((secret) => {
      try {
        new Webhook(secret).verify(body, headers);
        return true;
      } catch {
        return false;
      }
    });
  }

  async #take(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts).toString();
    if (!this.#isGenuine(body, request.headers)) {
      this.forgeries.push({ headers: request.headers, body });
      response.writeHead(401).end();
      return;
    }
    const event = JSON.parse(body);
    const attempt = { event, headers: request.headers, body, at: performance.now() };
    this.attempts.push(attempt);
    const how = this.answers.get(event.type) ?? this.usual;
    const { status, body: said, headers } = await how(event, attempt);
    attempt.answered = status;
    response.writeHead(status, { ...(said && { 'content-type': 'application/json' }), ...headers });
    response.end(said && JSON.stringify(said));
  }

  // What it took: the events answered with 2xx, each once, in the order they came.
  get taken() {
    const seen = new Set();
    return this.attempts
      .filter(({ answered }) => answered >= 200 && answered < 300)
      .map(({ event }) => event)
      .filter(({ id }) => !seen.has(id) && seen.add(id));
  }
}
