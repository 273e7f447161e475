// device.js -- one device: what it is now, what can be done, what happened, what was allowed.

import { h, icon } from './ui.js';
import { ago, clockTime, t } from './text.js';
import { seen, stoppedBy, thingOf } from './store.js';
import { iconOf, stateWords } from './model.js';
import * as controls from './controls.js';
import * as past from './past.js';
import * as terms from './terms.js';

const PARTS = [controls, past, terms];

let shown = null;

export function leave() {
    for (const part of PARTS) part.leave();
    shown = null;
}

function status(device) {
    const stopped = stoppedBy(device);
    if (stopped)
        return h('p', { class: 'hint', id: 'stopped', key: 'status' }, icon('pause'), t(stopped));
    if (device.online?.value === false)
        return h(
            'p',
            { class: 'hint bad', key: 'status' },
            icon('cloud-off'),
            h(
                'span',
                {},
                t('offline-long', {
                    time: clockTime(device.online.observedAt),
                    ago: ago(device.online.observedAt),
                }),
                device.online.cause && [' ', h('bdi', {}, device.online.cause)],
            ),
        );
    return null;
}

export function show(id) {
    const device = seen.devices.get(id);
    if (!device)
        return {
            title: t('app'),
            content: [
                h('h1', { tabindex: '-1', key: 'h' }, t('device-gone')),
                h('a', { class: 'button', href: '#/', key: 'a' }, t('to-home')),
            ],
        };
    if (shown !== id) {
        leave();
        shown = id;
        for (const part of PARTS) part.begin?.(device);
    }
    const thing = thingOf(device);
    const network = seen.networks.find(one => one.networkId === device.networkId);
    return {
        title: device.name,
        content: [
            h(
                'p',
                { class: 'back', key: 'back' },
                h('a', { href: '#/' }, network?.name ?? t('home')),
            ),
            h(
                'header',
                { class: 'thing', key: 'head' },
                icon(iconOf(device.category), 'icon big'),
                h(
                    'div',
                    {},
                    h('h1', { tabindex: '-1' }, h('bdi', {}, device.name)),
                    h(
                        'p',
                        { class: 'small' },
                        h('bdi', {}, device.title ?? device.thingModel),
                        ' · ',
                        h('bdi', {}, device.vendor.name),
                        device.room && [' · ', h('bdi', {}, device.room)],
                    ),
                ),
            ),
            status(device),
            thing && h('p', { class: 'large', key: 'state' }, stateWords(device, thing)[0]),
            h(
                'div',
                { class: 'cards', key: 'cards' },
                controls.controls(device, thing),
                past.overTime(device, thing),
                past.happened(device),
                terms.allowed(device, thing),
                terms.place(device),
            ),
        ],
    };
}
