// privacy.js -- who looked and who touched, what was allowed, and what is known of one.

import { attempt, card, complain, h, learn, redraw, rows, tabs, twoLines } from './ui.js';
import { knows, t, when } from './text.js';
import { all, get, page, remove } from './api.js';
import { asked, nameOf } from './question.js';
import { seen } from './store.js';

const fresh = () => ({
    asked: false,
    log: null,
    next: null,
    kind: '',
    consents: null,
    blocked: null,
});
let own = fresh();
export const leave = () => {
    own = fresh();
};

async function learnLog(path) {
    try {
        const { body, next } = await page(
            path ?? `me/access-log?limit=50${own.kind ? `&kind=${own.kind}` : ''}`,
        );
        own.log = path ? [...own.log, ...body.items] : body.items;
        own.next = next;
    } catch (trouble) {
        own.log ??= [];
        complain(trouble.words);
    }
    redraw();
}

const whoIs = by => (by.id === seen.me?.accountId ? t('by.you') : (by.name ?? t(`by.${by.kind}`)));

// The same by the same, again and again, is one row.
function grouped(log) {
    const rows = [];
    for (const entry of log) {
        const last = rows.at(-1);
        if (
            last &&
            last.what === entry.what &&
            last.by.id === entry.by.id &&
            last.deviceId === entry.deviceId
        )
            last.n++;
        else rows.push({ ...entry, n: 1 });
    }
    return rows;
}

function logRow(entry) {
    const device = seen.devices.get(entry.deviceId)?.name;
    const name = `log.${entry.what}`;
    const words = knows(name) ? t(name) : entry.what.replaceAll('-', ' ');
    return h(
        'li',
        { key: entry.position },
        twoLines(
            [h('bdi', { class: 'strong' }, whoIs(entry.by)), ': ', words],
            device && h('bdi', {}, device),
            entry.n > 1 && t('times', { n: entry.n }),
            when(entry.at),
        ),
    );
}

function looks() {
    const choose = kind => {
        own.kind = kind;
        own.log = null;
        learnLog();
        redraw();
    };
    return card(
        'log',
        t('who-looked'),
        tabs(
            t('which-kind'),
            ['', 'looked', 'touched'].map(kind => [kind, t(`kind.${kind || 'all'}`)]),
            own.kind,
            choose,
        ),
        rows(own.log && grouped(own.log), logRow, t('nothing-yet')),
        own.next && h('button', { onclick: () => learnLog(own.next) }, t('older')),
    );
}

function allowed() {
    return card(
        'consents',
        t('what-you-allowed'),
        rows(
            own.consents,
            one =>
                h(
                    'li',
                    { key: one.consentId },
                    asked(one),
                    one.grantedAt &&
                        h(
                            'a',
                            {
                                href: `/app/v1/consents/${one.consentId}/receipt`,
                                target: '_blank',
                                rel: 'noopener',
                                'aria-label': t('receipt-of', { what: nameOf(one) }),
                            },
                            t('receipt'),
                        ),
                ),
            t('nothing-yet'),
        ),
    );
}

function blocked() {
    const unblock = async vendor => {
        if (
            await attempt(
                () => remove(`me/blocked-vendors/${vendor.vendorId}`),
                t('unblocked', { vendor: vendor.name }),
            )
        )
            own.blocked = own.blocked.filter(one => one !== vendor);
        redraw();
    };
    return (
        own.blocked?.length > 0 &&
        card(
            'blocked',
            t('never-asked'),
            rows(own.blocked, vendor =>
                h(
                    'li',
                    { key: vendor.vendorId },
                    h('bdi', {}, vendor.name),
                    h('button', { onclick: () => unblock(vendor) }, t('ask-again')),
                ),
            ),
        )
    );
}

export function show() {
    if (!own.asked) {
        own.asked = true;
        learnLog();
        learn(own, 'consents', () => all('consents?limit=100'));
        learn(own, 'blocked', async () => (await get('me/blocked-vendors')).items);
    }
    const yours = card(
        'yours',
        t('your-data'),
        h('p', {}, t('export-means')),
        h(
            'a',
            { class: 'button', href: '/app/v1/me/export', download: 'my-data.json' },
            t('export'),
        ),
    );
    const content = [
        h('h1', { tabindex: '-1', key: 'h' }, t('privacy')),
        h('p', { class: 'lead', key: 'lead' }, t('privacy-lead')),
        h('div', { class: 'cards', key: 'cards' }, looks(), allowed(), blocked(), yours),
    ];
    return { title: t('privacy'), content };
}
