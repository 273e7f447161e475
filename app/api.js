// api.js -- the one module that knows how the service is spoken to.
//
// A session is a cookie that no script can read. Whatever goes wrong becomes a Trouble, which has a
// sentence for people.

import { knows, t } from './text.js';

const ANSWER_WITHIN = 20000;

export class Trouble extends Error {
    constructor(status, code, sentence) {
        super(sentence || code);
        Object.assign(this, { status, code, sentence });
    }
    get offline() {
        return this.status === 0;
    }
    // What happened and what to do, in the person's language if we have it.
    get words() {
        const name = `trouble.${this.code}`;
        if (knows(name)) return t(name);
        if (this.status >= 500) return t('trouble.service');
        return this.sentence || t('trouble.service');
    }
}

let onSignedOut = () => {};
export const whenSignedOut = heard => {
    onSignedOut = heard;
};

async function request(path, options) {
    try {
        return await fetch(path, {
            credentials: 'same-origin',
            cache: 'no-store',
            signal: AbortSignal.timeout(ANSWER_WITHIN),
            ...options,
        });
    } catch {
        throw new Trouble(0, 'OFFLINE');
    }
}

async function contentOf(answer) {
    if (answer.status === 204) return null;
    const type = answer.headers.get('content-type') ?? '';
    try {
        return type.includes('json') ? await answer.json() : await answer.text();
    } catch {
        throw new Trouble(0, 'OFFLINE');
    }
}

// -> { body, next }. `options`: accept, bearer (where there is no cookie yet), key (for a write
// that may be repeated).
export async function exchange(method, path, body, options = {}) {
    const headers = { Accept: options.accept ?? 'application/json' };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (options.bearer) headers.Authorization = `Bearer ${options.bearer}`;
    if (options.key) headers['Idempotency-Key'] = options.key;
    const answer = await request(path, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
    });
    const said = await contentOf(answer);
    if (!answer.ok) {
        const trouble = new Trouble(answer.status, said?.code, said?.message);
        if (answer.status === 401 && !options.signingIn) onSignedOut();
        throw trouble;
    }
    const next = /<([^>]*)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
    return { body: said, next };
}

export const operate = async (method, path, body, options) =>
    (await exchange(method, `/operator/v1/${path}`, body, options)).body;

const app = path => (path.startsWith('/') ? path : `/app/v1/${path}`);
export const get = async (path, accept) =>
    (await exchange('GET', app(path), undefined, { accept })).body;
export const page = path => exchange('GET', app(path));
export const post = async (path, body = {}) =>
    (await exchange('POST', app(path), body, { key: crypto.randomUUID() })).body;
export const patch = async (path, body) => (await exchange('PATCH', app(path), body)).body;
export const put = async (path, body) => (await exchange('PUT', app(path), body)).body;
export const remove = async (path, body) => (await exchange('DELETE', app(path), body)).body;
export const signIn = async (path, body) =>
    (await exchange('POST', app(path), { ...body, cookie: true }, { signingIn: true })).body;

// A list as far as it goes.
export async function all(path) {
    const items = [];
    for (let next = app(path); next;) {
        const { body, next: following } = await exchange('GET', next);
        items.push(...body.items);
        next = following;
    }
    return items;
}

// Changes what is told of what happens: { open, hear(event), reset, lost(closed) }.
export function listen(position, heard) {
    const source = new EventSource(`/app/v1/stream?lastEventId=${encodeURIComponent(position)}`);
    source.onopen = () => heard.open();
    source.onmessage = message => heard.hear(JSON.parse(message.data), message.lastEventId);
    source.addEventListener('reset', () => heard.reset());
    source.onerror = () => heard.lost(source.readyState === EventSource.CLOSED);
    return source;
}
