/** The application as one that is installed, and that its server may replace while it is open. */

const RELOADED_FOR = "cytovox-reloaded-for";

/** Registers the service worker, and loads the page anew where parts of it are gone from the server. */
export function keepUpWithServer(): void {
  window.addEventListener("vite:preloadError", (event) => {
    // Another build is served by now. Once for each address: a part that is gone for good ends in the page's own words.
    if (remembered() === window.location.href) return;
    event.preventDefault();
    remember(window.location.href);
    window.location.reload();
  });
  // Browsers have it on this machine and behind HTTPS only.
  if (import.meta.env.PROD && "serviceWorker" in navigator) {
    window.addEventListener("load", () => {
      navigator.serviceWorker.register("/sw.js").catch(() => {
        // The application works without, only not offline.
      });
    });
  }
}

function remembered(): string | null {
  try {
    return sessionStorage.getItem(RELOADED_FOR);
  } catch {
    return window.location.href; // storage is switched off: better no second try than one without end
  }
}

function remember(address: string): void {
  sessionStorage.setItem(RELOADED_FOR, address);
}
