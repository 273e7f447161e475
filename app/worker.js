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
