// store.js -- what is seen, in one place: the snapshot of `home`, kept true by the stream.
//
// Nobody else changes it. Whoever shows something reads it here and is drawn again when it changed.
// After a gap all is asked for anew. The last snapshot stays on this device, so that without a
// network there is something to show, marked as old; signing out removes it.

import { get, listen, page, post, whenSignedOut } from './api.js';
import { redraw } from './ui.js';
import { speak } from './text.js';

const KEPT = 'piot.seen',
    AGAIN_AFTER = [500, 1000, 2000, 5000, 10000];

export const seen = {
    signedIn: null, // null: not known yet
    me: null,
    position: null,
    networks: [],
    devices: new Map(), // by deviceId
    inbox: new Map(), // by consentId
    commands: new Map(), // the last one of "deviceId name"
    things: new Map(), // Thing Descriptions by deviceId
    live: false, // does the stream say what happens?
    asOf: null, // when it last did
    answered: null, // the last answer, while it can be undone: { consentId, words, until }
};

let source = null,
    tries = 0,
    timer = null;

// -- keeping --------------------------------------------------------------------------------------

function keep() {
    const { me, position, networks, asOf } = seen;
    try {
        localStorage.setItem(
            KEPT,
            JSON.stringify({
                me,
                position,
                networks,
                asOf,
                devices: [...seen.devices.values()],
                inbox: [...seen.inbox.values()],
                things: [...seen.things],
            }),
        );
    } catch {
        /* full, or not allowed: then there is nothing to show without a network */
    }
}

function recall() {
    try {
        const kept = JSON.parse(localStorage.getItem(KEPT));
        if (!kept) return false;
        Object.assign(seen, {
            me: kept.me,
            position: kept.position,
            networks: kept.networks,
            asOf: kept.asOf,
            signedIn: true,
            devices: new Map(kept.devices.map(device => [device.deviceId, device])),
            inbox: new Map(kept.inbox.map(item => [item.consentId, item])),
            things: new Map(kept.things),
        });
        return true;
    } catch {
        return false;
    }
}

let keeping = null;
function changed() {
    seen.asOf = new Date().toISOString();
    keeping ??= setTimeout(() => {
        keeping = null;
        keep();
    }, 1000);
    redraw();
}

// -- what happens ---------------------------------------------------------------------------------

const change = (id, how) => {
    const device = seen.devices.get(id);
    if (device) how(device);
};

// What an event changed comes with it, as a GET would show it; null: it is not there any more.
function noteShown(map, id, shown) {
    if (shown) map.set(id, shown);
    else if (shown === null) map.delete(id);
}

function noteDevice(data) {
    seen.things.delete(data.device); // what is granted may have changed
    noteShown(seen.devices, data.device, data.shown);
}

const noteQuestion = data => noteShown(seen.inbox, data.consent, data.shown);

// A gateway is in one network at a time, and leaves the one it was in without a word.
function noteNetwork(data) {
    const networks = new Map(seen.networks.map(network => [network.networkId, network]));
    for (const network of seen.networks)
        if (data.gatewayId)
            networks.set(network.networkId, {
                ...network,
                gateways: network.gateways.filter(gateway => gateway !== data.gatewayId),
            });
    noteShown(networks, data.network, data.shown);
    seen.networks = [...networks.values()];
}

const noteState = (data, event) =>
    change(data.device, device => {
        const observedAt = event.occurredat ?? event.time;
        for (const [name, value] of Object.entries(data.properties ?? {})) {
            const held = device.properties[name];
            if (held?.observedAt > observedAt) continue; // it came late
            device.properties[name] = { ...held, value, observedAt, receivedAt: event.time };
            const command = seen.commands.get(`${data.device} ${name}`);
            if (command?.status === 'succeeded' && observedAt >= command.requestedAt)
                command.seenAt = observedAt;
        }
        for (const shown of data.commands ?? []) noteCommand(shown, event);
    });

const answered = data => seen.inbox.delete(data.consent);
const withdrawn = data => {
    answered(data);
    if (data.device) seen.devices.delete(data.device);
};

const keyOf = command => `${command.deviceId} ${command.name}`;

// The app that asked hears of it here, perhaps before it has its answer.
function noteRequested({ shown }) {
    if (seen.commands.get(keyOf(shown))?.commandId !== shown.commandId)
        seen.commands.set(keyOf(shown), shown);
}

function noteCommand(shown, event) {
    const held = seen.commands.get(keyOf(shown));
    if (held?.commandId === shown.commandId)
        seen.commands.set(keyOf(shown), { ...held, ...shown, changedAt: event.time });
}
const noteGoesOn = ({ shown }, event) => noteCommand(shown, event);

const happens = {
    'device-state-reported': noteState,
    'device-connectivity-changed': (data, event) =>
        change(data.device, device => {
            device.online = {
                value: data.online,
                cause: data.cause,
                observedAt: event.occurredat ?? event.time,
            };
        }),
    'device-renamed': noteDevice,
    'device-placed': noteDevice,
    'device-moved': noteDevice,
    'device-suspended': noteDevice,
    'device-resumed': noteDevice,
    'device-removed': data => seen.devices.delete(data.device),
    'device-added': noteDevice,
    'consent-changed': noteDevice,
    'consent-requested': noteQuestion,
    'consent-reopened': noteQuestion,
    'consent-granted': answered,
    'consent-denied': answered,
    'consent-lapsed': answered,
    'consent-postponed': answered,
    'consent-withdrawn': withdrawn,
    'consent-revoked': withdrawn,
    'network-created': noteNetwork,
    'network-changed': noteNetwork,
    'network-deleted': data => {
        seen.networks = seen.networks.filter(network => network.networkId !== data.network);
    },
    'gateway-attached': noteNetwork,
    'gateway-detached': noteNetwork,
    'account-changed': async () => {
        seen.me = await get('me');
        await speak(seen.me.language);
    },
    'command-requested': noteRequested,
    'command-sent': noteGoesOn,
    'command-accepted': noteGoesOn,
    'command-delivered': noteGoesOn,
    'command-succeeded': noteGoesOn,
    'command-failed': noteGoesOn,
    'command-expired': noteGoesOn,
    'command-cancelled': noteGoesOn,
    'command-superseded': noteGoesOn,
    'command-timed-out': noteGoesOn,
};

const listeners = new Set();
// Tells of each event as it comes, too; the answer ends that.
export function overhear(heard) {
    listeners.add(heard);
    return () => listeners.delete(heard);
}

function hear(event, position) {
    const kind = event.type.replace(/^.*\.v1\./, '');
    happens[kind]?.(event.data, event);
    seen.position = position || event.position;
    for (const heard of listeners) heard(kind, event);
    changed();
}

// -- following ------------------------------------------------------------------------------------

function hangUp() {
    source?.close();
    source = null;
    clearTimeout(timer);
}

function lost(closed) {
    seen.live = false;
    redraw();
    if (!closed) return; // the browser tries again by itself
    hangUp();
    timer = setTimeout(refresh, AGAIN_AFTER[Math.min(tries++, AGAIN_AFTER.length - 1)]);
}

function follow() {
    hangUp();
    source = listen(seen.position, {
        open() {
            seen.live = true;
            tries = 0;
            changed();
        },
        hear,
        lost,
        reset: refresh,
    });
}

async function fetchAll() {
    const { body: home } = await page('home');
    const devices = [...home.devices];
    for (let next = home.devicesNext; next;) {
        const more = await page(next);
        devices.push(...more.body.items);
        next = more.next;
    }
    seen.networks = home.networks;
    seen.devices = new Map(devices.map(device => [device.deviceId, device]));
    seen.inbox = new Map(home.inbox.map(item => [item.consentId, item]));
    seen.position = home.position;
}

// Why nothing passes between a device and its vendor, as a sentence's name; null: it may.
export function stoppedBy({ status, vendorStatus }) {
    if (status !== 'active') return 'suspended';
    if (!vendorStatus || vendorStatus === 'approved') return null;
    return vendorStatus === 'suspended' ? 'vendor-suspended' : 'vendor-left';
}

// Asks for all anew, then follows.
export async function refresh() {
    try {
        await fetchAll();
        seen.me = await get('me');
        await speak(seen.me.language);
        seen.signedIn = true;
        changed();
        follow();
    } catch (trouble) {
        if (trouble.status === 401) return;
        lost(true);
    }
}

export function forget() {
    hangUp();
    clearTimeout(keeping);
    keeping = null;
    localStorage.removeItem(KEPT);
    Object.assign(seen, {
        signedIn: false,
        me: null,
        networks: [],
        devices: new Map(),
        inbox: new Map(),
        commands: new Map(),
        things: new Map(),
        live: false,
        asOf: null,
        answered: null,
    });
    redraw();
}

// What was there last time is shown at once; what is there now comes as soon as it can.
export async function begin() {
    whenSignedOut(forget);
    if (recall()) {
        await speak(seen.me?.language);
        redraw();
    }
    await refresh();
    if (seen.signedIn === null && !seen.asOf) seen.unreachable = true;
    redraw();
}

// The browser knows at once that the network went; and after a sleep what was heard may be old.
const SLEPT = 30000;
let hiddenSince = 0;

addEventListener('offline', () => {
    hangUp();
    seen.live = false;
    redraw();
});
addEventListener('online', () => {
    if (seen.signedIn) refresh();
});
addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') hiddenSince = Date.now();
    else if (seen.signedIn && (!seen.live || Date.now() - hiddenSince > SLEPT)) refresh();
});

// That a vendor goes on is in nobody's stream: so as long as one does not, all is asked for anew.
setInterval(() => {
    const waits = [...seen.devices.values()].some(one => stoppedBy(one) === 'vendor-suspended');
    if (waits && seen.live && document.visibilityState === 'visible') refresh();
}, SLEPT);

// -- what is read when it is wanted ---------------------------------------------------------------

const fetching = new Set();

// The Thing Description of a device; undefined while it is on its way.
export function thingOf(device) {
    const held = seen.things.get(device.deviceId);
    if (held || fetching.has(device.deviceId)) return held;
    fetching.add(device.deviceId);
    get(`devices/${device.deviceId}`, 'application/td+json')
        .then(thing => {
            seen.things.set(device.deviceId, thing);
            changed();
        })
        .catch(() => {}) // it is asked for again with the next redraw
        .finally(() => fetching.delete(device.deviceId));
    return undefined;
}

// -- wanting something ----------------------------------------------------------------------------

export const commandOf = (device, name) => seen.commands.get(`${device.deviceId} ${name}`);

const OPEN = new Set(['asking', 'queued', 'sent', 'accepted', 'delivered']);
export const isOpen = command => OPEN.has(command?.status);

// Asks a device for something. What is wanted is shown from the first moment; what is, when it is.
export async function want(device, operation, name, input) {
    const key = `${device.deviceId} ${name}`;
    seen.commands.set(key, {
        deviceId: device.deviceId,
        operation,
        name,
        input,
        status: 'asking',
        requestedAt: new Date().toISOString(),
    });
    redraw();
    try {
        const command = await post(`devices/${device.deviceId}/commands`, {
            operation,
            name,
            input,
        });
        const held = seen.commands.get(key);
        // The stream may have been faster, and then knows more.
        if (held.status === 'asking' && held.input === input) seen.commands.set(key, command);
    } catch (trouble) {
        seen.commands.set(key, { ...seen.commands.get(key), status: 'refused', trouble });
        if (trouble.code === 'VENDOR_UNAVAILABLE') refresh(); // nor that one was suspended
    }
    redraw();
}
