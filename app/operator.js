// operator.js -- the operator's page: how the service is, what it does, and where somebody has to
// act. It shows no person; what became of one delivery is on record as a look.

import {
    card,
    complain,
    draw,
    field,
    h,
    hush,
    loginOf,
    redraw,
    sayings,
    showScreen,
} from './ui.js';
import { clockTime, number, speak, t, when } from './text.js';
import { operate } from './api.js';
import * as vendors from './vendors.js';
import { figure, wordOf } from './vendors.js';

const EVERY = 5000;

let overview = null,
    signedIn = null,
    asOf = null;

async function look() {
    try {
        [overview] = await Promise.all([operate('GET', 'overview'), vendors.look()]);
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
        await operate('POST', 'sessions', undefined, { bearer, signingIn: true });
        vendors.forget();
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
            loginOf('operator'),
            field('token', t('op.token'), {
                type: 'password',
                required: true,
                autocomplete: 'current-password',
            }),
            h('button', { class: 'main' }, t('sign-in')),
        ),
    );

// -- figures --------------------------------------------------------------------------------------

const share = (part, whole) => (whole ? `${number((100 * part) / whole, 0)}\u202f%` : '–');
const gigabytes = bytes => `${number(bytes / 1e9, 0)}\u202fGB`;

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
                    h('div', { class: 'cards' }, health(), questions(), detections()),
                    vendors.show(),
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
