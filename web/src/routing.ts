/** Addresses of the application, on the browser's own history. */
import { useSyncExternalStore } from "react";

/** What is on the pictures that come in: many cells, to be found and counted, or one cell each. */
export type Purpose = "smear" | "cells";

export type Route = { page: "start"; purpose: Purpose } | { page: "case"; id: string } | { page: "api" } | { page: "unknown" };

export function routeOf(path: string): Route {
  if (path === "/") return { page: "start", purpose: "smear" };
  if (path === "/single-cells") return { page: "start", purpose: "cells" };
  if (path === "/api/docs") return { page: "api" };
  const found = /^\/cases\/([0-9a-f]{32})\/?$/.exec(path);
  return found?.[1] ? { page: "case", id: found[1] } : { page: "unknown" };
}

export const startHref = (purpose: Purpose) => (purpose === "cells" ? "/single-cells" : "/");
export const caseHref = (id: string) => `/cases/${id}`;

export function goTo(path: string): void {
  if (path === window.location.pathname) return;
  window.history.pushState(null, "", path);
  window.dispatchEvent(new PopStateEvent("popstate"));
}

export function useRoute(): Route {
  const path = useSyncExternalStore(
    (changed) => {
      window.addEventListener("popstate", changed);
      return () => window.removeEventListener("popstate", changed);
    },
    () => window.location.pathname,
  );
  return routeOf(path);
}
