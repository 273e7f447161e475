// signin.js -- signing in, and using an activation code for the first time or as the way back.

import { field, h, complain, hush, icon, redraw } from './ui.js';
import { t } from './text.js';
import { signIn } from './api.js';
import { resume } from './push.js';
import { forget, refresh, seen } from './store.js';

const KNOWN = 'piot.known',
    PASSWORD_MIN = 8;

let code = null,
    busy = false,
    byCode = false;

// A link of the operator has the code behind "#": it is taken from the address at once, so that
// it stays in no history.
export function takeCode() {
    const given = /^#activate=(.+)$/.exec(location.hash)?.[1];
    if (!given) return;
    code = decodeURIComponent(given);
    byCode = true;
    history.replaceState(null, '', '/');
    if (seen.signedIn) {
        seen.signedIn = false;
        redraw();
    }
}

// A device that signed in before has a count of wrong guesses of its own.
function withKnown(body) {
    const known = localStorage.getItem(KNOWN);
    return known ? { ...body, knownDevice: known } : body;
}

async function send(path, body) {
    busy = true;
    hush();
    redraw();
    try {
        const session = await signIn(path, withKnown(body));
        if (session?.knownDevice) localStorage.setItem(KNOWN, session.knownDevice);
        code = null;
        byCode = false;
        forget(); // whoever was here before
        seen.signedIn = null;
        await refresh();
        resume();
    } catch (trouble) {
        complain(trouble.words);
    }
    busy = false;
    redraw();
}

function submit(event) {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(event.target));
    if (byCode) send('activations', { code: given.code ?? code, password: given.password });
    else send('sessions', { login: given.login.trim(), password: given.password });
}

export function show() {
    return [
        icon('house', 'icon big'),
        h('h1', { tabindex: '-1', key: 'h' }, t(byCode ? 'welcome' : 'sign-in')),
        h('p', { class: 'lead', key: 'p' }, t(byCode ? 'choose-password' : 'sign-in-lead')),
        h(
            'form',
            { onsubmit: submit, key: byCode ? 'code' : 'login' },
            byCode &&
                !code &&
                field('code', t('activation-code'), {
                    required: true,
                    autocomplete: 'one-time-code',
                    autocapitalize: 'none',
                    spellcheck: 'false',
                }),
            !byCode &&
                field('login', t('login'), {
                    required: true,
                    autocomplete: 'username',
                    autocapitalize: 'none',
                    spellcheck: 'false',
                    inputmode: 'email',
                }),
            field('password', t('password'), {
                required: true,
                type: 'password',
                autocomplete: byCode ? 'new-password' : 'current-password',
                minlength: byCode ? PASSWORD_MIN : null,
            }),
            h(
                'button',
                { class: 'main', disabled: busy },
                t(busy ? 'one-moment' : byCode ? 'begin' : 'sign-in'),
            ),
        ),
        h(
            'button',
            {
                class: 'link',
                key: 'other',
                onclick: () => {
                    byCode = !byCode;
                    code = null;
                    hush();
                    redraw();
                },
            },
            t(byCode ? 'have-password' : 'have-code'),
        ),
        h('p', { class: 'small', key: 'lost' }, t('lost-password')),
    ];
}
