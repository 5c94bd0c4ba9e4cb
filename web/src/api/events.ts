/** Changes of cases as the server tells them, by server-sent events. */
import { caseUrl } from "./client";
import type { CaseDocument } from "./types";

export interface CaseListener {
  /** The stream begins, or begins again after a break. */
  onOpen: () => void;
  onCase: (changed: CaseDocument) => void;
  onDeleted: (id: string) => void;
  /** Nothing is told until it opens again. */
  onLost: () => void;
}

export const ALL_EVENTS = "/api/events";
export const caseEvents = (id: string) => `${caseUrl(id)}/events`;
export const canFollow = () => typeof EventSource !== "undefined";

/** Listens until the returned function is called. A browser opens a broken stream again by itself. */
export function followCases(url: string, listener: CaseListener): () => void {
  const source = new EventSource(url);
  source.onopen = listener.onOpen;
  source.onerror = listener.onLost;
  source.addEventListener("case", (event: MessageEvent<string>) => {
    listener.onCase(JSON.parse(event.data) as CaseDocument);
  });
  source.addEventListener("deleted", (event: MessageEvent<string>) => {
    listener.onDeleted((JSON.parse(event.data) as { id: string }).id);
  });
  return () => {
    source.close();
  };
}

/** The list with a changed case in its place, or first where it is new. */
export function withCase(cases: readonly CaseDocument[], changed: CaseDocument): CaseDocument[] {
  const known = cases.some((c) => c.id === changed.id);
  return known ? cases.map((c) => (c.id === changed.id ? changed : c)) : [changed, ...cases];
}
