// push.js -- having this browser told that something waits, also while the app is not open.
//
// The service ends what a browser subscribed to together with the session it did that in. Who had
// asked for it is subscribed again when they sign in here again; anybody else is not.

import { attempt, card, h, redraw, waiting } from './ui.js';
import { Trouble, get, post, remove } from './api.js';
import { seen } from './store.js';
import { t } from './text.js';

const KEPT = 'piot.told'; // { account, subscriptionId }: who asked for it

const kept = () => JSON.parse(localStorage.getItem(KEPT) ?? '{}');

// Where this browser can subscribe; undefined: not known yet; null: nowhere.
let manager;

async function findManager() {
    const registration = await navigator.serviceWorker?.getRegistration().catch(() => null);
    manager = ('Notification' in window && registration?.pushManager) || null;
}

async function unsubscribe() {
    await (await manager?.getSubscription())?.unsubscribe();
}

// Whatever browsers say when their push service cannot be had is no sentence for people.
async function fresh(publicKey) {
    try {
        await unsubscribe();
        return await manager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey });
    } catch {
        throw new Trouble(0, 'NO_PUSH');
    }
}

async function subscribe() {
    const subscription = await fresh((await get('push-key')).publicKey);
    const { subscriptionId } = await post('push-subscriptions', subscription.toJSON());
    const account = seen.me.accountId;
    localStorage.setItem(KEPT, JSON.stringify({ account, subscriptionId }));
}

// -- when somebody comes or goes ------------------------------------------------------------------

// After a sign-in. If it cannot be done now, it is off, and says so under "You".
export async function resume() {
    const { account } = kept();
    localStorage.removeItem(KEPT);
    await findManager();
    if (account === seen.me?.accountId && manager && Notification.permission === 'granted')
        await subscribe().catch(() => {});
    else if (account) await unsubscribe();
    redraw();
}

// What is still on its way here is for nobody now.
export const pause = unsubscribe;

// -- as a card ------------------------------------------------------------------------------------

let learning = false;

// A browser may end a subscription by itself.
async function learn() {
    learning = true;
    await findManager();
    if (manager && !(await manager.getSubscription())) localStorage.removeItem(KEPT);
    redraw();
}

async function begin() {
    if ((await Notification.requestPermission()) !== 'granted') return redraw();
    await attempt(subscribe, t('push-begun'));
}

async function end() {
    await attempt(async () => {
        await remove(`push-subscriptions/${kept().subscriptionId}`).catch(trouble => {
            if (trouble.status !== 404) throw trouble;
        });
        localStorage.removeItem(KEPT);
        await unsubscribe();
    }, t('push-ended'));
}

function content() {
    if (!manager) return h('p', {}, t('push-cannot'));
    if (Notification.permission === 'denied') return h('p', {}, t('push-denied'));
    const on = kept().account === seen.me.accountId;
    return [
        h('p', {}, t(on ? 'push-is-on' : 'push-is-off')),
        h('button', { onclick: on ? end : begin }, t(on ? 'push-end' : 'push-begin')),
    ];
}

export function notifications() {
    if (!learning) learn();
    return card('push', t('notifications'), manager === undefined ? waiting() : content());
}
