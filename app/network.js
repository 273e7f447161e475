// network.js -- a network's name, its rooms and the gateways that belong to it.

import { attempt, card, field, h, redraw, rows } from './ui.js';
import { t } from './text.js';
import { patch, post, remove } from './api.js';
import { refresh, seen } from './store.js';

const change = (what, words) =>
    attempt(async () => {
        await what();
        await refresh();
    }, words);

function nameForm(network) {
    const save = async event => {
        event.preventDefault();
        const { name } = Object.fromEntries(new FormData(event.target));
        if (network)
            change(() => patch(`networks/${network.networkId}`, { name: name.trim() }), t('saved'));
        else if (await change(() => post('networks', { name: name.trim() }))) location.hash = '#/';
    };
    return h(
        'form',
        { class: 'form', key: 'name', onsubmit: save },
        field('name', h('span', { class: network ? 'unseen' : null }, t('name')), {
            required: true,
            maxlength: 64,
            value: network?.name ?? '',
        }),
        h('button', { class: network ? null : 'main' }, t('save')),
    );
}

function roomsOf(network) {
    const write = list =>
        change(() => patch(`networks/${network.networkId}`, { rooms: list }), t('saved'));
    const add = event => {
        event.preventDefault();
        const { room } = Object.fromEntries(new FormData(event.target));
        if (!room.trim() || network.rooms.includes(room.trim())) return;
        event.target.reset();
        write([...network.rooms, room.trim()]);
    };
    return card(
        'rooms',
        t('rooms'),
        rows(
            network.rooms,
            room =>
                h(
                    'li',
                    { key: room },
                    h('bdi', {}, room),
                    h(
                        'button',
                        {
                            'aria-label': t('remove-what', { what: room }),
                            onclick: () => write(network.rooms.filter(one => one !== room)),
                        },
                        t('remove'),
                    ),
                ),
            t('no-rooms'),
        ),
        h(
            'form',
            { class: 'row', onsubmit: add },
            h('label', { class: 'unseen', for: 'room' }, t('new-room')),
            h('input', { id: 'room', name: 'room', maxlength: 64, placeholder: t('new-room') }),
            h('button', {}, t('add')),
        ),
    );
}

function gateways(network) {
    return card(
        'gateways',
        t('gateways'),
        rows(network.gateways, id => h('li', { key: id }, h('bdi', {}, id)), t('no-gateway')),
        h(
            'button',
            {
                onclick: () =>
                    change(
                        () => post(`networks/${network.networkId}/gateways`, { here: true }),
                        t('bound'),
                    ),
            },
            t('bind-here'),
        ),
        h('p', { class: 'small' }, t('bind-hint')),
    );
}

function more(id) {
    const empty = ![...seen.devices.values()].some(device => device.networkId === id);
    const leave = async () => {
        if (await change(() => remove(`networks/${id}`), t('network-removed')))
            location.hash = '#/';
        redraw();
    };
    return card(
        'more',
        t('more'),
        h(
            'div',
            { class: 'buttons' },
            h('a', { class: 'button', href: '#/network/new' }, t('another-network')),
            empty && h('button', { class: 'danger', onclick: leave }, t('remove-network')),
        ),
    );
}

export function show(id) {
    const network = seen.networks.find(one => one.networkId === id);
    if (!network)
        return {
            title: t('name-home'),
            content: [
                h('h1', { tabindex: '-1', key: 'h' }, t('name-home')),
                h('p', { class: 'lead', key: 'p' }, t('name-home-lead')),
                nameForm(null),
            ],
        };
    return {
        title: network.name,
        content: [
            h('p', { class: 'back', key: 'back' }, h('a', { href: '#/' }, t('home'))),
            h('h1', { tabindex: '-1', key: 'h' }, h('bdi', {}, network.name)),
            h(
                'div',
                { class: 'cards', key: 'cards' },
                card('name', t('name'), nameForm(network)),
                roomsOf(network),
                gateways(network),
                more(id),
            ),
        ],
    };
}
