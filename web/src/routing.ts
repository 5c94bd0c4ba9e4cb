/** Addresses of the application, on the browser's own history. */
import { useSyncExternalStore } from "react";

/** What comes in: pictures of many cells, to be found and counted; of one cell each; or stacks of slices. */
export type Purpose = "smear" | "cells" | "stacks";

export type Route =
  | { page: "start"; purpose: Purpose }
  | { page: "case"; id: string; cellId: number | null }
  | { page: "model"; id: string; cellId: number | null }
  | { page: "review"; id: string }
  | { page: "report"; id: string }
  | { page: "archive" }
  | { page: "specimen"; key: string }
  | { page: "smearReport"; key: string }
  | { page: "subject"; key: string }
  | { page: "atlas" }
  | { page: "quiz" }
  | { page: "ranges" }
  | { page: "account" }
  | { page: "accounts" }
  | { page: "api" }
  | { page: "unknown" };

export function routeOf(path: string): Route {
  if (path === "/") return { page: "start", purpose: "smear" };
  if (path === "/single-cells") return { page: "start", purpose: "cells" };
  if (path === "/stacks") return { page: "start", purpose: "stacks" };
  if (path === "/api/docs") return { page: "api" };
  const plain = PLAIN[path];
  if (plain) return { page: plain };
  const named = /^\/(specimen|subject)s\/([^/]+)$/.exec(path);
  const key = named?.[2] && keyOf(named[2]);
  if (key) return { page: named[1] as "specimen" | "subject", key };
  const reported = /^\/specimens\/([^/]+)\/report$/.exec(path);
  const smear = reported?.[1] && keyOf(reported[1]);
  if (smear) return { page: "smearReport", key: smear };
  const work = /^\/cases\/([0-9a-f]{32})\/(review|report)$/.exec(path);
  if (work?.[1]) return { page: work[2] as "review" | "report", id: work[1] };
  const found = /^\/cases\/([0-9a-f]{32})(?:\/cells\/([1-9][0-9]*))?(\/3d)?\/?$/.exec(path);
  if (!found?.[1]) return { page: "unknown" };
  return { page: found[3] ? "model" : "case", id: found[1], cellId: found[2] ? Number(found[2]) : null };
}

export const RANGES_HREF = "/reference-ranges";

const PLAIN: Partial<Record<string, "archive" | "atlas" | "quiz" | "ranges" | "account" | "accounts">> = {
  "/archive": "archive",
  "/atlas": "atlas",
  "/quiz": "quiz",
  [RANGES_HREF]: "ranges",
  "/account": "account",
  "/accounts": "accounts",
};

const START: Record<Purpose, string> = { smear: "/", cells: "/single-cells", stacks: "/stacks" };
export const startHref = (purpose: Purpose) => START[purpose];
/** A case; with a cell chosen, where one is given. */
export const caseHref = (id: string, cellId: number | null = null) =>
  cellId === null ? `/cases/${id}` : `/cases/${id}/cells/${cellId}`;
/** A cell, or the whole field, as a 3D model. */
export const modelHref = (id: string, cellId: number | null = null) => `${caseHref(id, cellId)}/3d`;
export const reviewHref = (id: string) => `/cases/${id}/review`;
export const reportHref = (id: string) => `/cases/${id}/report`;
/**
 * What a person typed, as one part of an address. Browsers take "." and ".." for steps up and down, however they are
 * written; a space behind them, which no key ends with, keeps them.
 */
export const keyInAddress = (key: string) => encodeURIComponent(/^\.{1,2}$/.test(key) ? `${key} ` : key);

/** The same read back; null of an address that nobody typed so. */
function keyOf(part: string): string | null {
  try {
    return decodeURIComponent(part).trim() || null;
  } catch {
    return null;
  }
}

/** Several pictures of one smear as one count. */
export const specimenHref = (key: string) => `/specimens/${keyInAddress(key)}`;
/** The report of all pictures of a smear. */
export const smearReportHref = (key: string) => `${specimenHref(key)}/report`;
/** One person's smears over time. */
export const subjectHref = (key: string) => `/subjects/${keyInAddress(key)}`;

let movedBack = false;
/** Whether the address is one that a person came back to, by the browser's own ways back and forth. */
export const cameBack = () => movedBack;
if (typeof window !== "undefined") {
  // Before all others hear of it. The events made below are not the browser's own.
  window.addEventListener("popstate", (event) => (movedBack = event.isTrusted), { capture: true });
}

export function goTo(path: string): void {
  if (path === window.location.pathname + window.location.search) return;
  window.history.pushState(null, "", path);
  window.dispatchEvent(new PopStateEvent("popstate"));
}

/** Another address in place of this one: the way back does not lead here. */
export function replaceAddress(path: string): void {
  window.history.replaceState(null, "", path);
  window.dispatchEvent(new PopStateEvent("popstate"));
}

export const useRoute = (): Route => routeOf(useAddress(() => window.location.pathname));

/** What stands in the address behind the question mark. */
export const useSearch = (): string => useAddress(() => window.location.search);

const useAddress = (read: () => string): string => useSyncExternalStore(onAddress, read);

function onAddress(changed: () => void): () => void {
  window.addEventListener("popstate", changed);
  return () => window.removeEventListener("popstate", changed);
}
