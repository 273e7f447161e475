// terms.js -- what was allowed for a device, and where it stands: seen, changed, stopped.

import { attempt, card, choice, field, h, redraw } from './ui.js';
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

const renew = consent =>
    attempt(() => post(`consents/${consent.consentId}/renew`), t('allowed-again'));

const stop = device =>
    attempt(
        async () => {
            await remove(`devices/${device.deviceId}`);
            seen.devices.delete(device.deviceId);
            location.hash = '#/';
        },
        t('stopped', { device: device.name }),
    );

function arrange(device, event) {
    event.preventDefault();
    const form = Object.fromEntries(new FormData(event.target)),
        change = {};
    if (form.name.trim() !== device.name) change.name = form.name.trim();
    if ((form.room ?? '') !== (device.room ?? '')) change.room = form.room || null;
    if (form.networkId && form.networkId !== device.networkId) change.networkId = form.networkId;
    if (!Object.keys(change).length) return;
    attempt(async () => {
        Object.assign(device, await patch(`devices/${device.deviceId}`, change));
    }, t('saved'));
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
            field('name', t('name'), { required: true, maxlength: 64, value: device.name }),
            rooms.length > 1 &&
                choice(
                    'room',
                    t('room'),
                    rooms.map(room => [room, room || t('no-room')]),
                    device.room ?? '',
                ),
            seen.networks.length > 1 &&
                choice(
                    'networkId',
                    t('network'),
                    seen.networks.map(one => [one.networkId, one.name]),
                    device.networkId,
                ),
            h('button', {}, t('save')),
        ),
    );
}
