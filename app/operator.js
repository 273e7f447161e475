// operator.js -- the operator's page: how the service is, what it does, and where somebody has to
// act. It reads only, and shows no person.

import { card, complain, draw, h, hush, redraw, sayings, showScreen } from './ui.js';
import { clockTime, knows, number, speak, t, when } from './text.js';
import { exchange } from './api.js';

const EVERY = 5000;

let overview = null,
    vendors = null,
    signedIn = null,
    asOf = null,
    order = ['name', 1];

const ask = async (method, path, body, options) =>
    (await exchange(method, `/operator/v1/${path}`, body, options)).body;

async function look() {
    try {
        [overview, vendors] = await Promise.all([
            ask('GET', 'overview'),
            ask('GET', 'vendors?limit=200'),
        ]);
        vendors = vendors.items;
        signedIn = true;
        asOf = new Date().toISOString();
        hush();
    } catch (trouble) {
        if (trouble.status === 401 || trouble.status === 403) signedIn = false;
        if (trouble.status !== 401 || signedIn) complain(trouble.words);
    }
    redraw();
}

async function signIn(event) {
    event.preventDefault();
    const bearer = new FormData(event.target).get('token').trim();
    try {
        await ask('POST', 'sessions', undefined, { bearer, signingIn: true });
        await look();
    } catch (trouble) {
        complain(trouble.status === 401 ? t('op.wrong-token') : trouble.words);
    }
}

const door = () =>
    h(
        'main',
        { class: 'alone', key: 'door' },
        h('h1', {}, t('op.sign-in')),
        h('p', { class: 'lead' }, t('op.lead')),
        h(
            'form',
            { onsubmit: signIn },
            h('input', {
                class: 'unseen',
                type: 'text',
                autocomplete: 'username',
                value: 'operator',
                'aria-hidden': 'true',
                tabindex: '-1',
                readonly: true,
            }),
            h(
                'div',
                { class: 'field' },
                h('label', { for: 'token' }, t('op.token')),
                h('input', {
                    id: 'token',
                    name: 'token',
                    type: 'password',
                    required: true,
                    autocomplete: 'current-password',
                }),
            ),
            h('button', { class: 'main' }, t('sign-in')),
        ),
    );

// -- figures --------------------------------------------------------------------------------------

const figure = (name, value, act) =>
    h(
        'div',
        { key: name },
        h('dt', {}, t(`op.${name}`)),
        h('dd', { class: act ? 'act' : null }, value),
    );
const share = (part, whole) => (whole ? `${number((100 * part) / whole, 0)}\u202f%` : '–');
const gigabytes = bytes => `${number(bytes / 1e9, 0)}\u202fGB`;
// What the service has a word for, in the reader's language if we have that one.
const wordOf = (kind, word) =>
    knows(`op.${kind}.${word}`) ? t(`op.${kind}.${word}`) : word.replaceAll('-', ' ');

function health() {
    const { log, disk, ready, reasons } = overview,
        little = disk.free < disk.total / 10;
    return card(
        'health',
        t('op.health'),
        h(
            'p',
            { class: ready ? null : 'bad strong', role: ready ? null : 'alert' },
            t(ready ? 'op.ready' : 'op.not-ready'),
        ),
        reasons.length > 0 &&
            h(
                'ul',
                {},
                reasons.map(reason => h('li', { class: 'bad', key: reason }, reason)),
            ),
        h(
            'dl',
            { class: 'figures' },
            figure('log', number(log.size)),
            figure('checkpoint', log.checkpointAt ? when(log.checkpointAt) : '–'),
            figure('checkpoint-size', number(log.checkpointSize)),
            figure('disk', `${gigabytes(disk.free)} · ${share(disk.free, disk.total)}`, little),
        ),
    );
}

function questions() {
    const { open, granted, denied, lapsed } = overview.questions;
    return card(
        'questions',
        t('op.questions'),
        h(
            'dl',
            { class: 'figures' },
            figure('open', number(open)),
            figure('granted', number(granted)),
            figure('denied', number(denied)),
            figure('lapsed', number(lapsed)),
            figure('precision', share(granted, granted + denied)),
        ),
    );
}

function detections() {
    const all = Object.entries(overview.detections).sort(([, a], [, b]) => b - a),
        most = Math.max(1, ...all.map(([, n]) => n));
    return card(
        'detections',
        t('op.detections'),
        all.some(([, n]) => n > 0)
            ? h(
                  'div',
                  { class: 'bars' },
                  all.flatMap(([outcome, n]) => [
                      h('span', { key: outcome, id: `o-${outcome}` }, wordOf('outcome', outcome)),
                      h('meter', {
                          key: `${outcome} m`,
                          value: n,
                          max: most,
                          'aria-labelledby': `o-${outcome}`,
                      }),
                      h('span', { key: `${outcome} n`, class: 'value' }, number(n)),
                  ]),
              )
            : h('p', { class: 'small' }, t('op.none')),
    );
}

function vendorTable() {
    if (!vendors.length) return card('vendors', t('op.vendors'), h('p', {}, t('op.no-vendor')));
    const [by, way] = order,
        text = one => String(by === 'endpoint' ? (one.endpoint ?? '') : one[by]);
    const sorted = vendors.toSorted((a, b) => way * text(a).localeCompare(text(b)));
    const head = name =>
        h(
            'th',
            {
                scope: 'col',
                key: name,
                'aria-sort': by === name ? (way > 0 ? 'ascending' : 'descending') : null,
            },
            h(
                'button',
                {
                    onclick: () => {
                        order = [name, by === name ? -way : 1];
                        redraw();
                    },
                },
                t(`op.${name}`),
            ),
        );
    return card(
        'vendors',
        t('op.vendors'),
        h(
            'div',
            { class: 'scroll', tabindex: '0', role: 'group', 'aria-labelledby': 'h-vendors' },
            h(
                'table',
                {},
                h('thead', {}, h('tr', {}, ['name', 'status', 'endpoint'].map(head))),
                h(
                    'tbody',
                    {},
                    sorted.map(one =>
                        h(
                            'tr',
                            { key: one.vendorId },
                            h('th', { scope: 'row' }, h('bdi', {}, one.name)),
                            h(
                                'td',
                                { class: one.status === 'suspended' ? 'bad' : null },
                                wordOf('status', one.status),
                            ),
                            h('td', {}, one.endpoint ?? '–'),
                        ),
                    ),
                ),
            ),
        ),
    );
}

function drawAll() {
    document.title = t('op.title');
    const content =
        signedIn === false
            ? door()
            : !overview
              ? h(
                    'main',
                    { class: 'alone', key: 'wait' },
                    h('div', { class: 'shape', 'aria-busy': 'true' }),
                )
              : h(
                    'main',
                    { class: 'dense', key: 'main' },
                    h(
                        'header',
                        {},
                        h('h1', {}, t('op.title')),
                        h('p', { class: 'small' }, t('op.as-of', { time: clockTime(asOf) })),
                    ),
                    h(
                        'div',
                        { class: 'cards' },
                        health(),
                        questions(),
                        detections(),
                        vendorTable(),
                    ),
                );
    draw(document.body, [content, ...sayings(t('dismiss'))]);
}

await speak();
document.body.className = 'wide';
showScreen(drawAll);
await look();
setInterval(() => {
    if (signedIn && document.visibilityState === 'visible') look();
}, EVERY);
