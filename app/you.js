// you.js -- oneself: name, language and quiet hours, password, where one is signed in, and the end.

import { attempt, card, choice, field, h, learn, loginOf, redraw, rows, twoLines } from './ui.js';
import { dateTime, languages, speak, t } from './text.js';
import { get, patch, put, remove } from './api.js';
import { forget, seen } from './store.js';
import * as push from './push.js';

const fresh = () => ({ asked: false, sessions: null, erase: false });
let own = fresh();
export const leave = () => {
    own = fresh();
};

function about() {
    const me = seen.me;
    const save = event => {
        event.preventDefault();
        const form = Object.fromEntries(new FormData(event.target));
        const quiet = form.from && form.to ? { from: form.from, to: form.to } : null;
        attempt(async () => {
            seen.me = await patch('me', {
                displayName: form.displayName.trim() || null,
                language: form.language,
                timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
                quietHours: quiet,
            });
            await speak(form.language);
        }, t('saved'));
    };
    return card(
        'about',
        t('about-you'),
        h('p', { class: 'small' }, t('signed-in-as', { login: me.login })),
        h(
            'form',
            { class: 'form', onsubmit: save },
            field('displayName', t('your-name'), {
                maxlength: 64,
                autocomplete: 'name',
                value: me.displayName ?? '',
            }),
            choice(
                'language',
                t('language'),
                Object.entries(languages),
                me.language ?? document.documentElement.lang,
            ),
            h(
                'fieldset',
                {},
                h('legend', {}, t('quiet-hours')),
                h('p', { class: 'small' }, t('quiet-hint')),
                h(
                    'div',
                    { class: 'row' },
                    ['from', 'to'].map(name =>
                        field(name, t(name), { type: 'time', value: me.quietHours?.[name] ?? '' }),
                    ),
                ),
            ),
            h('button', {}, t('save')),
        ),
    );
}

function password() {
    const change = event => {
        event.preventDefault();
        const form = event.target,
            { current, fresh } = Object.fromEntries(new FormData(form));
        attempt(async () => {
            await put('me/password', { current, new: fresh });
            form.reset();
        }, t('password-changed'));
    };
    return card(
        'password',
        t('change-password'),
        h(
            'form',
            { class: 'form', onsubmit: change },
            loginOf(seen.me.login),
            [
                ['current', 'current-password', null],
                ['fresh', 'new-password', 8],
            ].map(([name, autocomplete, minlength]) =>
                field(name, t(`password-${name}`), {
                    type: 'password',
                    required: true,
                    autocomplete,
                    minlength,
                }),
            ),
            h('button', {}, t('change-password')),
        ),
    );
}

function sessions() {
    const end = async one => {
        if (await attempt(() => remove(`sessions/${one.tokenId}`), t('session-ended')))
            own.sessions = own.sessions.filter(other => other !== one);
        redraw();
    };
    return card(
        'sessions',
        t('signed-in-where'),
        rows(own.sessions, one =>
            h(
                'li',
                { key: one.tokenId },
                twoLines(
                    t(one.current ? 'this-device' : 'another-device'),
                    t('since', { time: dateTime(one.openedAt) }),
                ),
                !one.current &&
                    h(
                        'button',
                        {
                            'aria-label': t('end-session', { time: dateTime(one.openedAt) }),
                            onclick: () => end(one),
                        },
                        t('end'),
                    ),
            ),
        ),
        h('button', { onclick: signOut }, t('sign-out')),
    );
}

async function signOut() {
    const out = () => remove('sessions/current');
    if (!(await attempt(out))) return;
    forget();
    await push.pause();
}

function erasing() {
    const erase = event => {
        event.preventDefault();
        attempt(async () => {
            await remove('me', { password: new FormData(event.target).get('gone') });
            forget();
            localStorage.clear();
            await push.pause();
        }, t('erased'));
    };
    return card(
        'erase',
        t('erase'),
        h('p', {}, t('erase-means')),
        !own.erase
            ? h(
                  'button',
                  {
                      class: 'danger',
                      onclick: () => {
                          own.erase = true;
                          redraw();
                      },
                  },
                  t('erase'),
              )
            : h(
                  'form',
                  { class: 'form confirm', onsubmit: erase },
                  field('gone', t('password'), {
                      type: 'password',
                      required: true,
                      autocomplete: 'current-password',
                  }),
                  h(
                      'div',
                      { class: 'buttons' },
                      h('button', { class: 'danger' }, t('erase-now')),
                      h(
                          'button',
                          {
                              type: 'button',
                              onclick: () => {
                                  own.erase = false;
                                  redraw();
                              },
                          },
                          t('leave'),
                      ),
                  ),
              ),
    );
}

export function show() {
    if (!own.asked) {
        own.asked = true;
        learn(own, 'sessions', async () => (await get('sessions')).items);
    }
    const heading = h('h1', { tabindex: '-1', key: 'h' }, t('you'));
    const cards = h(
        'div',
        { class: 'cards', key: 'cards' },
        about(),
        push.notifications(),
        password(),
        sessions(),
        erasing(),
    );
    return { title: t('you'), content: [heading, cards] };
}
