// chart.js -- values over time, as a line for the eye and a table for everybody.

import { h } from './ui.js';
import { day, dayTime, exactly, quantity, t } from './text.js';

const WIDTH = 640,
    HEIGHT = 160,
    EDGE = 2;

export function chart({ from, to, items }, schema, title) {
    const low = Math.min(...items.map(point => point.min ?? point.last));
    const high = Math.max(...items.map(point => point.max ?? point.last));
    const room = high - low || 1;
    const x = at => ((Date.parse(at) - from) / (to - from)) * WIDTH;
    const y = value =>
        low === high ? HEIGHT / 2 : EDGE + ((high - value) / room) * (HEIGHT - 2 * EDGE);
    const at = (point, which) =>
        `${x(point.from).toFixed(1)},${y(point[which] ?? point.last).toFixed(1)}`;
    const line = items.map(point => at(point, 'mean'));
    const band = items
        .map(point => at(point, 'max'))
        .concat(items.toReversed().map(point => at(point, 'min')));
    const long = to - from > 2 * 864e5,
        label = at => (long ? day(at) : dayTime(at));
    const last = quantity(items.at(-1).last, schema);
    const words =
        low === high
            ? `${title}: ${last}`
            : t('chart-says', {
                  what: title,
                  low: quantity(low, schema),
                  high: quantity(high, schema),
                  last,
              });
    return h(
        'figure',
        { key: 'chart' },
        low !== high && h('p', { class: 'small', 'aria-hidden': 'true' }, quantity(high, schema)),
        h(
            'svg',
            {
                class: low === high ? 'chart flat' : 'chart',
                viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
                preserveAspectRatio: 'none',
                role: 'img',
                'aria-label': words,
            },
            [low, high].map((value, i) =>
                h('line', {
                    class: 'rule',
                    key: `r${i}`,
                    x1: 0,
                    x2: WIDTH,
                    y1: y(value),
                    y2: y(value),
                }),
            ),
            h('polygon', { class: 'band', points: band.join(' ') }),
            h('polyline', {
                class: line.length > 1 ? 'line' : 'line dot',
                points: [...line, line.at(-1)].join(' '),
            }),
        ),
        low !== high && h('p', { class: 'small', 'aria-hidden': 'true' }, quantity(low, schema)),
        h(
            'p',
            { class: 'small ends', 'aria-hidden': 'true' },
            h('span', {}, label(from)),
            h('span', {}, label(to)),
        ),
        h('figcaption', { class: 'small' }, words),
        h(
            'details',
            {},
            h('summary', {}, t('as-table')),
            h(
                'div',
                { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': title },
                h(
                    'table',
                    {},
                    h(
                        'thead',
                        {},
                        h(
                            'tr',
                            {},
                            ['time', 'least', 'mean', 'most', 'last'].map(name =>
                                h('th', { scope: 'col', key: name }, t(name)),
                            ),
                        ),
                    ),
                    h(
                        'tbody',
                        {},
                        items
                            .toReversed()
                            .slice(0, 100)
                            .map(point =>
                                h(
                                    'tr',
                                    { key: point.from },
                                    h('th', { scope: 'row' }, exactly(point.from)),
                                    [point.min, point.mean, point.max, point.last].map((value, i) =>
                                        h(
                                            'td',
                                            { key: `c${i}` },
                                            value === undefined ? '' : quantity(value, schema),
                                        ),
                                    ),
                                ),
                            ),
                    ),
                ),
            ),
        ),
    );
}
