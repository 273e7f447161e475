// push.js -- having this browser told that something waits, also while the app is not open.
//
// The service ends what a browser subscribed to together with the session it did that in. So what
// is kept here of a subscription counts in that session only.

import { attempt, card, h, redraw, waiting } from './ui.js';
import { Trouble, get, post, remove } from './api.js';
import { t } from './text.js';

const KEPT = 'told';

const kept = () => JSON.parse(localStorage.getItem(KEPT) ?? '{}');

async function worker() {
    const registration = await navigator.serviceWorker?.getRegistration();
    return registration?.pushManager && 'Notification' in window ? registration : null;
}

// What this browser can, once it is known: undefined, null, or where to subscribe.
let registration;

async function learnWhatItCan() {
    registration = null;
    registration = await worker();
    redraw();
}

// Whatever browsers say when their push service cannot be had is no sentence for people.
async function fresh(publicKey) {
    try {
        await (await registration.pushManager.getSubscription())?.unsubscribe();
        return await registration.pushManager.subscribe({
            userVisibleOnly: true,
            applicationServerKey: publicKey,
        });
    } catch {
        throw new Trouble(0, 'NO_PUSH');
    }
}

async function begin(session) {
    if ((await Notification.requestPermission()) !== 'granted') return redraw();
    await attempt(async () => {
        const subscription = await fresh((await get('push-key')).publicKey);
        const { subscriptionId } = await post('push-subscriptions', subscription.toJSON());
        localStorage.setItem(KEPT, JSON.stringify({ session, subscriptionId }));
    }, t('push-begun'));
}

async function end() {
    await attempt(async () => {
        await remove(`push-subscriptions/${kept().subscriptionId}`);
        localStorage.removeItem(KEPT);
        await (await registration.pushManager.getSubscription())?.unsubscribe();
    }, t('push-ended'));
}

function content(session) {
    if (!registration) return h('p', {}, t('push-cannot'));
    if (Notification.permission === 'denied') return h('p', {}, t('push-denied'));
    const on = kept().session === session;
    return [
        h('p', {}, t(on ? 'push-is-on' : 'push-is-off')),
        h(
            'button',
            { onclick: () => (on ? end() : begin(session)) },
            t(on ? 'push-end' : 'push-begin'),
        ),
    ];
}

// `session`: the id of the one this browser is in; undefined while that is not known.
export function notifications(session) {
    if (registration === undefined) learnWhatItCan();
    return card('push', t('notifications'), session ? content(session) : waiting());
}
