// worker.js -- keeps this version of the app, so that it opens without a network, and shows what
// the service pushes. What the service says of the home is never kept here.

const VERSION = '@VERSION@';
const FILES = '@FILES@'.split(' ');
const KEPT = `app ${VERSION}`;

async function install() {
    const kept = await caches.open(KEPT);
    await kept.addAll(['/', '/operator/', ...FILES.map(name => `/web/${VERSION}/${name}`)]);
    await self.skipWaiting();
}

async function activate() {
    for (const name of await caches.keys())
        if (name.startsWith('app ') && name !== KEPT) await caches.delete(name);
    await self.clients.claim();
}

// A page is the newest there is; without a network, the one that is kept.
async function page(request) {
    try {
        return await fetch(request);
    } catch (trouble) {
        const kept = await caches.match(new URL(request.url).pathname);
        if (kept) return kept;
        throw trouble;
    }
}

self.addEventListener('install', event => event.waitUntil(install()));
self.addEventListener('activate', event => event.waitUntil(activate()));
self.addEventListener('fetch', event => {
    const { pathname } = new URL(event.request.url);
    if (event.request.mode === 'navigate' && ['/', '/operator/'].includes(pathname))
        event.respondWith(page(event.request));
    else if (pathname.startsWith('/web/'))
        event.respondWith(caches.match(event.request).then(kept => kept ?? fetch(event.request)));
});

// -- pushes: what piotd sends to a browser whose app may not be open ------------------------------

// Something is shown for each push: for what shows nothing browsers show words of their own, or end
// the subscription. So what says that nothing waits any more takes the place of what asked, and
// goes by itself soon after, if the worker lives as long.
const FADES_AFTER = 4000;

async function fade() {
    for (const shown of await self.registration.getNotifications())
        if (shown.data.close) shown.close();
}

async function hear({ notification }) {
    const { title, navigate, data, ...options } = notification;
    await self.registration.showNotification(title, { ...options, data: { navigate, ...data } });
    if (data?.close) setTimeout(fade, FADES_AFTER);
}

// In a window that is there, else in a new one.
async function open({ navigate }) {
    const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
    const app = windows.find(({ url }) => new URL(url).pathname === '/');
    if (!app) return self.clients.openWindow(navigate);
    await app.focus();
    return app.navigate(navigate);
}

self.addEventListener('push', event => event.waitUntil(hear(event.data.json())));
self.addEventListener('notificationclick', event => {
    event.notification.close();
    event.waitUntil(open(event.notification.data));
});
