// question.js -- a device that waits for an answer. Yes, not now and not mine weigh the same: a yes
// that was nudged is no consent.

import { attempt, card, choice, complain, field, h, icon, redraw, rows, twoLines } from './ui.js';
import { day, t, when } from './text.js';
import { get, post } from './api.js';
import { seen } from './store.js';
import { iconOf } from './model.js';

const UNDO_FOR = 10000;

let open = null; // the question of which more is shown
let draft = {}; // what was chosen there
let busy = new Set();
let past = null;

// -- answering ------------------------------------------------------------------------------------

function noteAnswer(item, decision) {
    const until = Date.now() + UNDO_FOR;
    seen.answered = {
        consentId: item.consentId,
        words: t(`answered.${decision}`, { device: item.device.displayName }),
        until,
    };
    setTimeout(() => {
        if (seen.answered?.until === until) {
            seen.answered = null;
            redraw();
        }
    }, UNDO_FOR);
}

async function answer(item, decision, more = {}) {
    busy.add(item.consentId);
    redraw();
    try {
        await post(`inbox/${item.consentId}/decision`, { decision, ...more });
        if (decision !== 'later')
            seen.inbox.delete(item.consentId); // the stream says so, too
        else item.postponedUntil = new Date(Date.now() + 864e5).toISOString();
        noteAnswer(item, decision);
        const all = decision === 'grant' && !seen.inbox.size; // at home it can be seen
        if (location.hash.startsWith(all ? '#/question' : '#/question/')) location.hash = '#/';
    } catch (trouble) {
        if (trouble.code === 'CONSENT_ALREADY_DECIDED') seen.inbox.delete(item.consentId);
        complain(trouble.words);
    }
    busy.delete(item.consentId);
    redraw();
}

async function undo() {
    const { consentId } = seen.answered;
    seen.answered = null;
    await attempt(() => post(`consents/${consentId}/undo`), t('undone'));
}

export function undoBar() {
    return h(
        'div',
        { class: 'saying', role: 'status', key: 'undo' },
        seen.answered && [
            h('p', {}, seen.answered.words),
            h('button', { onclick: undo }, t('undo')),
        ],
    );
}

// -- the sentence ---------------------------------------------------------------------------------

// The notice as it was written down, word for word, a line for each of its sentences. What is set
// apart in it is a name; the first sentence has whose device of what kind joined which home.
function notice({ notice: { text } }) {
    const lines = text.split(/(?<=\.) (?![^\u2068]*\u2069)/).map((line, at) =>
        h(
            at ? 'li' : 'p',
            {},
            line
                .split(/[\u2068\u2069]/)
                .map((part, i) => (i % 2 ? h('bdi', { class: at ? null : 'strong' }, part) : part)),
        ),
    );
    return h(
        'div',
        { class: 'lead', key: 'p' },
        lines[0],
        h('ul', { class: 'says' }, lines.slice(1)),
    );
}

function buttons(item, grant) {
    const off = busy.has(item.consentId);
    return h(
        'div',
        { class: 'answers' },
        h('button', { disabled: off, onclick: grant }, t('add-it')),
        h('button', { disabled: off, onclick: () => answer(item, 'later') }, t('not-now')),
        h('button', { disabled: off, onclick: () => answer(item, 'not-mine') }, t('not-mine')),
    );
}

export function question(item) {
    const heading = `q-${item.consentId}`;
    return h(
        'article',
        { class: 'card asks', key: item.consentId, 'aria-labelledby': heading },
        h(
            'header',
            {},
            icon(iconOf(item.device.category)),
            h(
                'h2',
                { id: heading },
                t('new-device', { device: item.device.displayName || t('a-device') }),
            ),
            when(item.requestedAt),
        ),
        notice(item),
        item.guarded && h('p', { class: 'hint' }, icon('lock'), t('guarded')),
        buttons(item, () =>
            answer(item, 'grant', item.network ? {} : { networkId: seen.networks[0]?.networkId }),
        ),
        h('a', { class: 'more', href: `#/question/${item.consentId}` }, t('more')),
    );
}

// -- more -----------------------------------------------------------------------------------------

function begin(item) {
    open = item.consentId;
    draft = {
        name: item.device.displayName ?? '',
        networkId: item.network?.networkId ?? seen.networks[0]?.networkId,
        capabilities: new Set(item.capabilities),
        expiresAt: '',
    };
}

function grantDraft(item) {
    const more = { name: draft.name.trim() || undefined, networkId: draft.networkId };
    if (draft.capabilities.size < item.capabilities.length)
        more.capabilities = [...draft.capabilities];
    if (draft.expiresAt) more.expiresAt = new Date(`${draft.expiresAt}T23:59:59`).toISOString();
    if (!draft.capabilities.size) complain(t('trouble.NOTHING_ALLOWED'));
    else answer(item, 'grant', more);
}

function capability(item, name) {
    const id = `may-${name}`,
        title = item.titles[item.capabilities.indexOf(name)];
    return h(
        'label',
        { class: 'check', key: name },
        h('input', {
            type: 'checkbox',
            id,
            checked: draft.capabilities.has(name),
            onchange: event => {
                draft.capabilities[event.target.checked ? 'add' : 'delete'](name);
            },
        }),
        title,
    );
}

function choices(item) {
    return h(
        'div',
        { class: 'card form' },
        field('name', t('its-name'), {
            maxlength: 64,
            value: draft.name,
            oninput: event => {
                draft.name = event.target.value;
            },
        }),
        seen.networks.length > 1 &&
            choice(
                'where',
                t('network'),
                seen.networks.map(one => [one.networkId, one.name]),
                draft.networkId,
                {
                    onchange: event => {
                        draft.networkId = event.target.value;
                    },
                },
            ),
        h(
            'fieldset',
            {},
            h('legend', {}, t('may')),
            item.capabilities.map(name => capability(item, name)),
        ),
        field('until', t('until-when'), {
            type: 'date',
            min: new Date().toISOString().slice(0, 10),
            onchange: event => {
                draft.expiresAt = event.target.value;
            },
        }),
        h('p', { class: 'small' }, t('until-when-hint')),
    );
}

function more(item) {
    if (open !== item.consentId) begin(item);
    return [
        h('p', { class: 'back', key: 'back' }, h('a', { href: '#/questions' }, t('questions'))),
        h(
            'h1',
            { tabindex: '-1', key: 'h' },
            t('new-device', { device: item.device.displayName || t('a-device') }),
        ),
        notice(item),
        item.guarded && h('p', { class: 'hint', key: 'g' }, icon('lock'), t('guarded')),
        choices(item),
        buttons(item, () => grantDraft(item)),
        h(
            'section',
            { key: 'no' },
            h('h2', {}, t('or-no')),
            h(
                'div',
                { class: 'stack' },
                h('button', { onclick: () => answer(item, 'deny') }, t('no-not-this')),
                h(
                    'button',
                    { onclick: () => answer(item, 'never-vendor') },
                    t('never-vendor', { vendor: item.vendor.name }),
                ),
            ),
            h('p', { class: 'small' }, t('goes-away', { time: day(item.lapsesAt) })),
        ),
    ];
}

// -- what came of it ------------------------------------------------------------------------------

export const nameOf = consent => seen.devices.get(consent.deviceId)?.name ?? t('a-device');

export const asked = consent =>
    twoLines(
        h('bdi', { class: 'strong' }, nameOf(consent)),
        h('bdi', {}, consent.vendor.name),
        t(`consent.${consent.status}`),
        when(consent.withdrawnAt ?? consent.grantedAt ?? consent.requestedAt),
    );

async function learnPast() {
    try {
        past = (await get('consents?limit=50')).items;
    } catch {
        past = [];
    }
    redraw();
}

function pastList() {
    const answered = past?.filter(one => !['requested', 'notified'].includes(one.status)) ?? [];
    return (
        answered.length > 0 &&
        card(
            'past',
            t('past-answers'),
            rows(answered, one => h('li', { key: one.consentId }, asked(one))),
        )
    );
}

function list() {
    if (past === null) {
        past = [];
        learnPast();
    }
    const items = [...seen.inbox.values()];
    return [
        h('h1', { tabindex: '-1', key: 'h' }, t('questions')),
        items.map(question),
        !items.length &&
            h('div', { class: 'empty', key: 'empty' }, icon('bell'), h('p', {}, t('no-question'))),
        pastList(),
    ];
}

export const leave = () => {
    open = null;
    past = null;
};

export function show(id) {
    const item = id && seen.inbox.get(id);
    if (id && !item)
        return {
            title: t('questions'),
            content: [
                h('h1', { tabindex: '-1', key: 'h' }, t('questions')),
                h('p', { key: 'p' }, t('question-gone')),
                h('a', { class: 'button', href: '#/', key: 'a' }, t('to-home')),
            ],
        };
    return { title: t('questions'), content: item ? more(item) : list() };
}
