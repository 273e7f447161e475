// vendors.js -- the vendors on the operator's page: how each gets on, what became of what it was
// told, and having that sent again. Opening a delivery and sending it are for operators: a reader's
// page has no way to.

import { attempt, card, h, redraw, rows, say, tabs, twoLines } from './ui.js';
import { exactly, knows, number, t, when } from './text.js';
import { operate } from './api.js';

const AT_ONCE = 20, // vendors that one look asks about, in turn
    STATUSES = ['dead', 'pending', 'delivered', 'cancelled'];

let vendors = [],
    figures = new Map(), // by vendorId, what was asked last at the end
    overdue = null, // withdrawals; false: whoever reads may not see them
    order = ['name', 1],
    open = null; // { vendorId, status, items, more, whole }

// What the service has a word for, in the reader's language if we have that one.
export const wordOf = (kind, word) =>
    knows(`op.${kind}.${word}`) ? t(`op.${kind}.${word}`) : word.replaceAll('-', ' ');

export const figure = (name, value, act) =>
    h(
        'div',
        { key: name },
        h('dt', {}, t(`op.${name}`)),
        h('dd', { class: act ? 'bad' : null }, value),
    );

// -- asking ---------------------------------------------------------------------------------------

async function learnOverdue() {
    if (overdue === false) return;
    try {
        overdue = (await operate('GET', 'withdrawals?overdue=true&limit=200')).items;
    } catch (trouble) {
        if (trouble.status !== 403) throw trouble;
        overdue = false;
    }
}

async function learnFigures(id) {
    const now = await operate('GET', `vendors/${id}/figures`);
    figures.delete(id);
    figures.set(id, now);
}

async function learnDeliveries() {
    const asked = open,
        { vendorId, status } = asked;
    const { items } = await operate('GET', `deliveries?vendor=${vendorId}&status=${status}`);
    asked.items = items;
}

export async function look() {
    vendors = (await operate('GET', 'vendors?limit=200')).items;
    const fresh = vendors.map(one => one.vendorId).filter(id => !figures.has(id));
    const due = new Set([...fresh, ...figures.keys()].slice(0, AT_ONCE));
    if (open) due.add(open.vendorId);
    await Promise.all([learnOverdue(), open && learnDeliveries(), ...[...due].map(learnFigures)]);
}

// Somebody else signs in.
export const forget = () => {
    [overdue, open] = [null, null];
};

function choose(vendorId, status = 'dead') {
    open = { vendorId, status, items: null, whole: null };
    attempt(learnDeliveries);
    redraw();
}

const toggle = ({ deliveryId }) =>
    attempt(async () => {
        const asked = open;
        asked.whole =
            asked.whole?.deliveryId === deliveryId
                ? null
                : await operate('GET', `deliveries/${deliveryId}`);
    });

const sendAgain = path =>
    attempt(async () => {
        const { count } = await operate('POST', `deliveries/${path}`, {});
        say(t('op.sent-again', { n: count }));
        await look();
    });

// -- all of them ----------------------------------------------------------------------------------

const lateOf = id => (overdue || []).filter(one => one.vendorId === id);

// What is wrong stands in red; what waits on purpose does not.
function stateOf({ mode, state }) {
    const works = state === 'healthy';
    return h(
        'span',
        { class: state === 'paused' ? 'waits' : works ? null : 'bad' },
        wordOf('state', works && mode === 'pull' ? mode : state),
    );
}

function rowOf(one) {
    const { endpoint, deliveries } = figures.get(one.vendorId) ?? {};
    return {
        one,
        name: one.name,
        pending: deliveries?.pending,
        dead: deliveries?.dead,
        overdue: lateOf(one.vendorId).length,
        endpoint,
    };
}

const columns = () => ['name', 'pending', 'dead', ...(overdue ? ['overdue'] : [])];

function heading(name) {
    const [by, way] = order;
    return h(
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
}

const count = (row, name) =>
    h(
        'td',
        { key: name, class: name !== 'pending' && row[name] ? 'bad' : null },
        row[name] === undefined ? '–' : number(row[name]),
    );

function vendorRow(row) {
    const { vendorId, name, status } = row.one,
        chosen = open?.vendorId === vendorId;
    return h(
        'tr',
        { key: vendorId },
        h(
            'th',
            { scope: 'row' },
            h(
                'button',
                {
                    'aria-expanded': String(chosen),
                    onclick: () => {
                        if (chosen) open = null;
                        else choose(vendorId);
                        redraw();
                    },
                },
                h('bdi', {}, name),
            ),
            status !== 'approved' && h('div', {}, statusOf(status)),
            row.endpoint && row.endpoint.state !== 'healthy' && h('div', {}, stateOf(row.endpoint)),
        ),
        columns()
            .slice(1)
            .map(column => count(row, column)),
    );
}

const statusOf = status =>
    h('span', { class: status === 'suspended' ? 'bad' : 'small' }, wordOf('status', status));

function table() {
    const [by, way] = order;
    const sorted = vendors
        .map(rowOf)
        .sort((a, b) => way * String(a[by]).localeCompare(b[by], undefined, { numeric: true }));
    return card(
        'vendors',
        t('op.vendors'),
        sorted.length
            ? h(
                  'div',
                  { class: 'scroll', tabindex: '0', role: 'group', 'aria-labelledby': 'h-vendors' },
                  h(
                      'table',
                      {},
                      h('thead', {}, h('tr', {}, columns().map(heading))),
                      h('tbody', {}, sorted.map(vendorRow)),
                  ),
              )
            : h('p', {}, t('op.no-vendor')),
    );
}

// -- one of them ----------------------------------------------------------------------------------

function health({ endpoint }) {
    const { failures, lastError, lastSuccessAt, nextAttemptAt, oldestAt, latency } = endpoint;
    return h(
        'dl',
        { class: 'figures' },
        figure('state', stateOf(endpoint)),
        figure('since', when(endpoint.since)),
        figure('failures', [number(failures), failures > 0 && lastError && ` · ${lastError}`]),
        figure('success', lastSuccessAt ? when(lastSuccessAt) : '–'),
        oldestAt && figure('oldest', when(oldestAt)),
        nextAttemptAt && figure('next', when(nextAttemptAt)),
        latency && figure('latency', `${number(latency.p50)} · ${number(latency.p95)} ms`),
    );
}

const tried = ({ at, httpStatus, latencyMs, reason, answer }, i) =>
    h(
        'li',
        { key: i },
        twoLines(exactly(at), reason ?? httpStatus, `${number(latencyMs)} ms`),
        answer && h('code', {}, answer),
    );

function delivery(one) {
    const { deliveryId, type, status, createdAt, attempt: n, reason } = one,
        whole = open.whole?.deliveryId === deliveryId && open.whole;
    const kind = type.replace(/^.*\.v1\./, '');
    return [
        h(
            'li',
            { key: deliveryId },
            twoLines(
                overdue
                    ? h(
                          'button',
                          {
                              class: 'link',
                              'aria-expanded': String(Boolean(whole)),
                              onclick: () => toggle(one),
                          },
                          kind,
                      )
                    : kind,
                when(createdAt),
                t('op.tries', { n }),
                reason,
            ),
            overdue &&
                (status === 'dead' || status === 'delivered') &&
                h(
                    'button',
                    { onclick: () => sendAgain(`${deliveryId}/redeliver`) },
                    t('op.send-again'),
                ),
        ),
        whole &&
            h(
                'li',
                { key: `${deliveryId} whole` },
                h('ol', { class: 'tries' }, whole.attempts.map(tried)),
            ),
    ];
}

function deliveries() {
    const { vendorId, status, items } = open;
    return [
        tabs(
            t('op.deliveries'),
            STATUSES.map(each => [each, t(`op.${each}`)]),
            status,
            each => choose(vendorId, each),
        ),
        items?.length > 0 && overdue && h('p', { class: 'small' }, t('op.on-record')),
        rows(items, delivery, t('op.none')),
        items?.length > 1 &&
            status === 'dead' &&
            overdue &&
            h(
                'button',
                { onclick: () => sendAgain(`redeliver?vendor=${vendorId}`) },
                t('op.send-all-again'),
            ),
    ];
}

function late(ended) {
    return (
        ended.length > 0 && [
            h('h3', {}, t('op.withdrawals')),
            rows(ended, ({ grantId, acknowledgeBy }) =>
                h('li', { key: grantId }, h('code', {}, grantId), when(acknowledgeBy)),
            ),
        ]
    );
}

function chosen() {
    const one = vendors.find(each => each.vendorId === open?.vendorId),
        known = figures.get(open?.vendorId);
    return (
        one &&
        known &&
        card(
            'vendor',
            h('bdi', {}, one.name),
            h(
                'p',
                { class: 'small' },
                statusOf(one.status),
                ' · ',
                one.endpoint ?? t('op.no-endpoint'),
            ),
            health(known),
            late(lateOf(one.vendorId)),
            h('h3', {}, t('op.deliveries')),
            deliveries(),
        )
    );
}

export const show = () => [table(), chosen()];
