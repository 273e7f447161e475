// terms.js -- what was allowed for a device, and where it stands: seen, changed, stopped.

import { card, complain, h, redraw, say } from './ui.js';
import { day, t } from './text.js';
import { get, patch, post, remove } from './api.js';
import { seen } from './store.js';
import { titleOf } from './model.js';

const fresh = () => ({ consent: null, confirm: false });
let own = fresh();

export const leave = () => {
    own = fresh();
};

export async function begin(device) {
    leave();
    try {
        own.consent = await get(`consents/${device.consentId}`);
    } catch {
        own.consent = {};
    }
    redraw();
}

export function allowed(device, thing) {
    const consent = own.consent;
    if (!consent?.consentId) return null;
    const names = consent.capabilities.map(name =>
        titleOf(thing?.properties?.[name] ?? thing?.actions?.[name] ?? thing?.events?.[name], name),
    );
    return card(
        'allowed',
        t('what-is-allowed'),
        h(
            'p',
            {},
            t('allowed-since', { vendor: consent.vendor.name, date: day(consent.grantedAt) }),
            ' ',
            consent.expiresAt
                ? t('allowed-until', { date: day(consent.expiresAt) })
                : t('until-stopped'),
        ),
        h(
            'ul',
            { class: 'chips' },
            names.map((name, i) => h('li', { key: `n${i}` }, name)),
        ),
        h(
            'div',
            { class: 'buttons' },
            h(
                'a',
                {
                    class: 'button',
                    href: `/app/v1/consents/${consent.consentId}/receipt`,
                    target: '_blank',
                    rel: 'noopener',
                },
                t('receipt'),
            ),
            device.status === 'suspended' &&
                h('button', { onclick: () => renew(consent) }, t('allow-again')),
            h(
                'button',
                {
                    class: 'danger',
                    onclick: () => {
                        own.confirm = true;
                        redraw();
                    },
                },
                t('stop'),
            ),
        ),
        own.confirm &&
            h(
                'div',
                { class: 'confirm', role: 'group', 'aria-label': t('stop') },
                h('p', {}, t('stop-means', { device: device.name, vendor: consent.vendor.name })),
                h(
                    'div',
                    { class: 'buttons' },
                    h('button', { class: 'danger', onclick: () => stop(device) }, t('stop-now')),
                    h(
                        'button',
                        {
                            onclick: () => {
                                own.confirm = false;
                                redraw();
                            },
                        },
                        t('leave'),
                    ),
                ),
            ),
    );
}

async function renew(consent) {
    try {
        await post(`consents/${consent.consentId}/renew`);
        say(t('allowed-again'));
    } catch (trouble) {
        complain(trouble.words);
    }
}

async function stop(device) {
    try {
        await remove(`devices/${device.deviceId}`);
        seen.devices.delete(device.deviceId);
        location.hash = '#/';
        say(t('stopped', { device: device.name }));
    } catch (trouble) {
        complain(trouble.words);
    }
}

async function arrange(device, event) {
    event.preventDefault();
    const form = Object.fromEntries(new FormData(event.target)),
        change = {};
    if (form.name.trim() !== device.name) change.name = form.name.trim();
    if ((form.room ?? '') !== (device.room ?? '')) change.room = form.room || null;
    if (form.networkId && form.networkId !== device.networkId) change.networkId = form.networkId;
    if (!Object.keys(change).length) return;
    try {
        Object.assign(device, await patch(`devices/${device.deviceId}`, change));
        say(t('saved'));
    } catch (trouble) {
        complain(trouble.words);
    }
}

export function place(device) {
    const network = seen.networks.find(one => one.networkId === device.networkId);
    const rooms = ['', ...(network?.rooms ?? [])];
    return card(
        'place',
        t('name-and-place'),
        h(
            'form',
            { class: 'form', onsubmit: event => arrange(device, event) },
            h(
                'div',
                { class: 'field' },
                h('label', { for: 'name' }, t('name')),
                h('input', {
                    id: 'name',
                    name: 'name',
                    required: true,
                    maxlength: 64,
                    value: device.name,
                }),
            ),
            rooms.length > 1 &&
                h(
                    'div',
                    { class: 'field' },
                    h('label', { for: 'room' }, t('room')),
                    h(
                        'select',
                        { id: 'room', name: 'room' },
                        rooms.map(room =>
                            h(
                                'option',
                                { key: room, value: room, selected: room === (device.room ?? '') },
                                room || t('no-room'),
                            ),
                        ),
                    ),
                ),
            seen.networks.length > 1 &&
                h(
                    'div',
                    { class: 'field' },
                    h('label', { for: 'net' }, t('network')),
                    h(
                        'select',
                        { id: 'net', name: 'networkId' },
                        seen.networks.map(one =>
                            h(
                                'option',
                                {
                                    key: one.networkId,
                                    value: one.networkId,
                                    selected: one.networkId === device.networkId,
                                },
                                one.name,
                            ),
                        ),
                    ),
                ),
            h('button', {}, t('save')),
        ),
    );
}
