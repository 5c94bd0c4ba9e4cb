// The installed application without its server: a page that says so. Nothing of /api is ever kept here.
// The build puts a hash of its files in the place of the version: another build is another worker.
const VERSION = "__BUILD__";
const CACHE = `cytovox-${VERSION}`;
const OFFLINE = "/offline.html";
const SHELL = [OFFLINE, "/theme.js", "/favicon.svg"];
// Opened once: a worker that is still answering when the next has deleted its cache must not make it anew.
const keeping = caches.open(CACHE);

self.addEventListener("install", (event) => {
  // Past the browser's own cache: it may still hold the files of the build before.
  const fresh = SHELL.map((path) => new Request(path, { cache: "reload" }));
  event.waitUntil(keeping.then((cache) => cache.addAll(fresh)));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  const forgetOthers = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(forgetOthers());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (pathname.startsWith("/api/") && pathname !== "/api/docs") return;
  if (request.mode === "navigate") {
    // Always the server's own page first: it names the files of its build.
    event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  } else if (pathname.startsWith("/assets/")) {
    event.respondWith(lasting(request));
  } else if (SHELL.includes(pathname)) {
    event.respondWith(fetch(request).catch(() => caches.match(pathname)));
  }
});

/** A file whose name holds a hash of its content: what is kept is right. */
async function lasting(request) {
  const cache = await keeping;
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}
