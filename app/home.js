// home.js -- all devices at a glance: what waits for an answer, then room by room.

import { h, icon, redraw, tabs } from './ui.js';
import { ago, t, when } from './text.js';
import { commandOf, isOpen, seen, stoppedBy, thingOf, want } from './store.js';
import { iconOf, isOn, mainSwitch, stateWords, titleOf } from './model.js';
import { question } from './question.js';

const USED = 'piot.used',
    OLD_AFTER = 60 * 1000;

let chosen = null; // the network that is shown; null: the first

// -- what is used most first ----------------------------------------------------------------------

const used = () => JSON.parse(localStorage.getItem(USED) ?? '{}');
function noteUse(device) {
    const counts = used();
    counts[device.deviceId] = (counts[device.deviceId] ?? 0) + 1;
    localStorage.setItem(USED, JSON.stringify(counts));
}

// -- a tile ---------------------------------------------------------------------------------------

function lastHeard(device) {
    return Object.values(device.properties)
        .map(value => value.observedAt)
        .concat(device.online?.observedAt ?? [])
        .sort()
        .at(-1);
}

const isGone = device => device.online?.value === false;

function age(device) {
    const heard = lastHeard(device);
    const stopped = stoppedBy(device);
    if (stopped)
        return h(
            'span',
            { class: 'age waits', id: `why-${device.deviceId}` },
            t(`stopped.${stopped}`),
        );
    if (isGone(device))
        return h(
            'span',
            { class: 'age bad' },
            t('offline-since', { ago: ago(device.online.observedAt) }),
        );
    return heard && Date.now() - Date.parse(heard) > OLD_AFTER
        ? h('span', { class: 'age' }, when(heard))
        : null;
}

// Where the switch stands: what is wanted, until the world says what is.
function switchFor(device, [name, schema]) {
    const command = commandOf(device, name),
        open = isOpen(command);
    const is = device.properties[name]?.value === true;
    const waits =
        open || (command?.status === 'succeeded' && !command.seenAt && command.input !== is);
    return h('input', {
        type: 'checkbox',
        role: 'switch',
        class: waits ? 'waits' : null,
        checked: waits ? command.input === true : is,
        disabled: Boolean(stoppedBy(device)),
        'aria-label': `${device.name}: ${titleOf(schema, name)}`,
        'aria-describedby': stoppedBy(device) && `why-${device.deviceId}`,
        onchange: event => {
            noteUse(device);
            want(device, 'writeProperty', name, event.target.checked);
        },
    });
}

function wish(device, thing) {
    const main = mainSwitch(thing),
        command = main && commandOf(device, main[0]);
    if (!command || stoppedBy(device)) return null;
    if (isOpen(command))
        return h('span', { class: 'age waits' }, t(command.input ? 'turning-on' : 'turning-off'));
    if (['failed', 'refused', 'expired', 'timed-out'].includes(command.status))
        return h('span', { class: 'age bad' }, t('did-not-work'));
    return null;
}

function tile(device) {
    const thing = thingOf(device),
        main = mainSwitch(thing);
    const [is, beside] = thing ? stateWords(device, thing) : [];
    return h(
        'li',
        {
            class: ['tile', isOn(device, thing) && 'lit', isGone(device) && 'gone']
                .filter(Boolean)
                .join(' '),
            key: device.deviceId,
        },
        h(
            'a',
            { href: `#/device/${device.deviceId}`, onclick: () => noteUse(device) },
            icon(iconOf(device.category)),
            h('bdi', { class: 'name' }, device.name),
        ),
        main && switchFor(device, main),
        h(
            'p',
            { class: 'state' },
            thing ? h('span', { class: 'value' }, is) : h('span', { class: 'shape line' }),
        ),
        beside && h('p', { class: 'small beside' }, beside),
        wish(device, thing) ?? age(device),
    );
}

function tiles(devices) {
    return h('ul', { class: 'tiles' }, devices.map(tile));
}

// -- rooms ----------------------------------------------------------------------------------------

function rooms(devices) {
    const named = new Map();
    for (const device of devices) {
        const room = device.room ?? '';
        named.set(room, [...(named.get(room) ?? []), device]);
    }
    const order = [...named.keys()].sort((a, b) => !a - !b || a.localeCompare(b));
    const section = room =>
        h(
            'section',
            { key: `room ${room}` },
            (order.length > 1 || room) && h('h2', {}, room ? h('bdi', {}, room) : t('no-room')),
            tiles(named.get(room)),
        );
    return h('div', { class: order.length > 1 ? 'rooms' : null, key: 'rooms' }, order.map(section));
}

const networkTabs = here =>
    seen.networks.length > 1 &&
    tabs(
        t('networks'),
        seen.networks.map(one => [one.networkId, h('bdi', {}, one.name)]),
        here.networkId,
        id => {
            chosen = id;
            redraw();
        },
    );

function nothing(here) {
    return here
        ? h('div', { class: 'empty', key: 'empty' }, icon('plug'), h('p', {}, t('no-device')))
        : h(
              'div',
              { class: 'empty', key: 'empty' },
              icon('house'),
              h('p', {}, t('no-network-yet')),
              h('a', { class: 'button', href: '#/network/new' }, t('name-home')),
          );
}

export function show() {
    const here = seen.networks.find(network => network.networkId === chosen) ?? seen.networks[0];
    const count = used();
    const devices = [...seen.devices.values()]
        .filter(device => device.networkId === here?.networkId)
        .sort(
            (a, b) =>
                (count[b.deviceId] ?? 0) - (count[a.deviceId] ?? 0) || a.name.localeCompare(b.name),
        );
    const title = here ? here.name : t('home');
    return {
        title,
        content: [
            h(
                'header',
                { key: 'head' },
                h('h1', { tabindex: '-1' }, h('bdi', {}, title)),
                here &&
                    h(
                        'a',
                        {
                            class: 'round',
                            href: `#/network/${here.networkId}`,
                            'aria-label': t('arrange', { what: here.name }),
                        },
                        icon('sliders'),
                    ),
            ),
            networkTabs(here),
            [...seen.inbox.values()].filter(item => !item.postponedUntil).map(question),
            devices.length ? rooms(devices) : nothing(here),
        ],
    };
}
