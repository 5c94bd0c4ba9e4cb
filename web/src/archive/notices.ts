/** The one thing that the application has to say beside the page: what was deleted, or what went wrong. */
import { useSyncExternalStore } from "react";

export interface Notice {
  words: string;
  tone: "problem" | "done";
  /** Ids of deleted cases that can be had back. */
  restorable: readonly string[];
}

/** A word of success asks for nothing and goes by itself; the others stay until they are closed. */
const BRIEFLY_MS = 6000;

let shown: Notice | null = null;
let ending: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

export function showNotice(notice: Notice | null): void {
  clearTimeout(ending);
  if (notice?.tone === "done" && notice.restorable.length === 0) ending = setTimeout(() => showNotice(null), BRIEFLY_MS);
  shown = notice;
  for (const changed of listeners) changed();
}

export const tellProblem = (problem: Error) => showNotice({ words: problem.message, tone: "problem", restorable: [] });

export const useNotice = (): Notice | null => useSyncExternalStore(onNotice, () => shown);

function onNotice(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}
