// main.js -- the app: which screen is shown, what is round it, and how it begins.
//
// Where one is stands in the address behind "#", which browsers send to nobody.

import { hush, icon, h, draw, redraw, say, sayings, showScreen } from './ui.js';
import { ago, clockTime, speak, t } from './text.js';
import { begin, seen } from './store.js';
import * as device from './device.js';
import * as home from './home.js';
import * as network from './network.js';
import * as question from './question.js';
import * as signin from './signin.js';
import * as privacy from './privacy.js';
import * as you from './you.js';

const screens = { '': home, questions: question, question, device, network, you, privacy };
const places = [
    ['', 'home', 'house'],
    ['questions', 'questions', 'bell'],
    ['privacy', 'privacy', 'eye'],
    ['you', 'you', 'person'],
];

// [screen, id]
function whereAmI() {
    const [name, id] = location.hash.replace(/^#\/?/, '').split('/');
    return screens[name] ? [name, id] : ['', undefined];
}

function navigation(name) {
    return h(
        'nav',
        { 'aria-label': t('main-menu'), key: 'nav' },
        places.map(([to, words, sign]) =>
            h(
                'a',
                {
                    href: `#/${to}`,
                    key: to,
                    'aria-current':
                        name === to || (name === 'question' && to === 'questions') ? 'page' : null,
                },
                icon(sign),
                h('span', {}, t(words)),
                to === 'questions' &&
                    seen.inbox.size > 0 &&
                    h(
                        'span',
                        { class: 'badge', 'aria-label': t('waiting', { n: seen.inbox.size }) },
                        seen.inbox.size,
                    ),
            ),
        ),
    );
}

function linkBar() {
    if (seen.live || !seen.asOf) return null;
    return h(
        'p',
        { class: 'bar', role: 'status', key: 'link' },
        icon('cloud-off'),
        t(navigator.onLine ? 'not-connected' : 'no-network', {
            time: clockTime(seen.asOf),
            ago: ago(seen.asOf),
        }),
    );
}

function shell(name, title, content) {
    document.title = seen.inbox.size ? `(${seen.inbox.size}) ${title}` : title;
    return [
        h(
            'a',
            {
                class: 'skip',
                href: '#main',
                key: 'skip',
                onclick: event => {
                    event.preventDefault();
                    document.querySelector('main').focus();
                },
            },
            t('skip'),
        ),
        navigation(name),
        h('main', { id: 'main', tabindex: '-1', key: `main ${location.hash}` }, linkBar(), content),
        question.undoBar(),
        sayings(t('dismiss')),
    ];
}

const alone = (title, content) => {
    document.title = title;
    return [
        h('main', { class: 'alone', id: 'main', tabindex: '-1', key: 'alone' }, content),
        sayings(t('dismiss')),
    ];
};

function page() {
    const [name, id] = whereAmI();
    if (seen.unreachable)
        return alone(t('app'), [
            h('h1', {}, t('app')),
            h('p', {}, t('trouble.OFFLINE')),
            h('button', { class: 'main', onclick: () => location.reload() }, t('try-again')),
        ]);
    if (seen.signedIn === null)
        return alone(
            t('app'),
            h(
                'div',
                { class: 'shape', 'aria-busy': 'true' },
                h('p', { class: 'unseen' }, t('loading')),
            ),
        );
    if (!seen.signedIn) return alone(t('sign-in'), signin.show());
    const { title, content } = screens[name].show(id, name);
    return shell(name, title, content);
}

function drawAll() {
    draw(
        document.body,
        page()
            .flat(Infinity)
            .filter(node => node && typeof node !== 'boolean'),
    );
}

let here = location.hash;
addEventListener('hashchange', () => {
    if (location.hash.startsWith('#activate=')) {
        signin.takeCode();
    }
    if (location.hash === here) return;
    here = location.hash;
    hush();
    for (const screen of new Set(Object.values(screens))) screen.leave?.();
    redraw();
    queueMicrotask(() => {
        scrollTo(0, 0);
        document.querySelector('main h1')?.focus({ preventScroll: true });
    });
});
setInterval(redraw, 20000); // "2 min ago"

// -- beginning ------------------------------------------------------------------------------------

function installWorker() {
    if (!navigator.serviceWorker) return;
    const worker = '/worker.js';
    const policy = globalThis.trustedTypes?.createPolicy('worker', {
        createScriptURL: () => worker,
    });
    const url = policy ? policy.createScriptURL(worker) : worker;
    const had = Boolean(navigator.serviceWorker.controller);
    // Without it there is no app when offline, but all else works.
    navigator.serviceWorker.register(url).catch(() => {});
    navigator.serviceWorker.addEventListener('controllerchange', () => {
        if (had) say(t('new-version'));
    });
}

await speak();
signin.takeCode();
showScreen(drawAll);
installWorker();
await begin();
