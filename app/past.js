// past.js -- what a device's values were, and what somebody did with it.

import { card, complain, h, redraw, tabs } from './ui.js';
import { t } from './text.js';
import { get, page } from './api.js';
import { overhear, thingOf } from './store.js';
import { propertiesOf, titleOf } from './model.js';
import { chart } from './chart.js';
import { timeline } from './timeline.js';

// What is shown of the past: what somebody did. What the device reported is under "over time".
const STEPS = [
    'device-added',
    'device-renamed',
    'device-placed',
    'device-moved',
    'device-suspended',
    'device-resumed',
    'device-event-raised',
    'device-connectivity-changed',
    'command-requested',
    'command-succeeded',
    'command-failed',
    'command-expired',
    'command-cancelled',
    'command-timed-out',
    'consent-changed',
];
const SPANS = { day: 864e5, week: 7 * 864e5, month: 30 * 864e5 },
    POINTS = 200;

const fresh = () => ({
    id: null,
    plot: null,
    span: 'day',
    points: null,
    history: null,
    next: null,
});
let own = fresh();
let stopHearing = null;

// -- over time ------------------------------------------------------------------------------------

const numeric = thing =>
    propertiesOf(thing).filter(
        ([, schema]) => ['number', 'integer'].includes(schema.type) && !schema.writeOnly,
    );

async function learnPoints(device, name) {
    const to = new Date(),
        from = new Date(to - SPANS[own.span]);
    own.points = null;
    try {
        const found = await get(
            `devices/${device.deviceId}/series?property=${encodeURIComponent(name)}` +
                `&from=${from.toISOString()}&to=${to.toISOString()}&points=${POINTS}`,
        );
        own.points = { from: +from, to: +to, items: found.items };
    } catch (trouble) {
        own.points = { items: [], trouble };
    }
    redraw();
}

export function overTime(device, thing) {
    const all = numeric(thing);
    if (!all.length) return null;
    own.plot ??= (all.find(([, schema]) => schema.readOnly) ?? all[0])[0];
    const schema = thing.properties[own.plot],
        points = own.points;
    const choose = (plot, span) => {
        own.plot = plot;
        own.span = span;
        learnPoints(device, plot);
    };
    if (points === null && !own.asked) {
        own.asked = true;
        learnPoints(device, own.plot);
    }
    return card(
        'time',
        t('over-time'),
        h(
            'div',
            { class: 'buttons' },
            h(
                'select',
                {
                    'aria-label': t('which-value'),
                    onchange: event => choose(all[event.target.selectedIndex][0], own.span),
                },
                all.map(([name, one]) =>
                    h('option', { key: name, selected: name === own.plot }, titleOf(one, name)),
                ),
            ),
            tabs(
                t('how-long'),
                Object.keys(SPANS).map(span => [span, t(span)]),
                own.span,
                span => choose(own.plot, span),
            ),
        ),
        points === null
            ? h('div', { class: 'shape chart', 'aria-busy': 'true' })
            : points.trouble
              ? h('p', { class: 'small' }, points.trouble.words)
              : !points.items.length
                ? h('p', { class: 'small' }, t('no-values'))
                : chart(points, schema, titleOf(schema, own.plot)),
    );
}

// -- what happened --------------------------------------------------------------------------------

async function learnHistory(id, path) {
    try {
        const { body, next } = await page(
            path ?? `history?device=${id}&limit=20&${STEPS.map(step => `type=${step}`).join('&')}`,
        );
        if (own.id !== id) return;
        own.history = path ? [...own.history, ...body.items] : body.items;
        own.next = next;
    } catch (trouble) {
        own.history ??= [];
        complain(trouble.words);
    }
    redraw();
}

export function happened(device) {
    return card(
        'past',
        t('what-happened'),
        timeline(own.history, thingOf(device)),
        own.next &&
            h('button', { onclick: () => learnHistory(device.deviceId, own.next) }, t('older')),
    );
}

export function leave() {
    stopHearing?.();
    stopHearing = null;
    own = fresh();
}

// A report that came just now goes on with the line.
function plot(event) {
    const value = event.data.properties?.[own.plot];
    if (typeof value !== 'number' || !own.points?.items.length) return;
    own.points.items.push({ from: event.time, to: event.time, last: value, count: 1 });
    own.points.to = Date.parse(event.time);
}

export function begin(device) {
    leave();
    own.id = device.deviceId;
    learnHistory(device.deviceId);
    stopHearing = overhear((kind, event) => {
        if (event.data.device !== own.id) return;
        if (kind === 'device-state-reported') plot(event);
        const known = own.history?.some(one => one.id === event.id);
        if (STEPS.includes(kind) && own.history && !known) own.history = [event, ...own.history];
    });
}
