/** Requests of the archive. */
import { caseUrl, readJson, request } from "../api/client";
import type { components } from "../api/schema";
import type { CaseDocument } from "../api/types";
import type { ArchivePart } from "./archivePages";
import { parametersOf, type ArchiveView } from "./archiveView";

export type CaseChanges = Partial<components["schemas"]["CaseChanges"]>;
export type UsedTag = components["schemas"]["TagDocument"];

/** Few at first, for they are to be seen soon; then many, for somebody scrolls. */
const FIRST_PART = 60;
const LATER_PART = 500;

export async function listPart(view: ArchiveView, after: string | null, signal: AbortSignal): Promise<ArchivePart> {
  const parameters = parametersOf(view);
  parameters.set("limit", String(after === null ? FIRST_PART : LATER_PART));
  if (after !== null) parameters.set("after", after);
  const answer = await request(`/api/cases?${parameters}`, { signal });
  const cases = (await answer.json()) as CaseDocument[];
  return { cases, total: Number(answer.headers.get("x-total-count")) };
}

export const listTags = (signal: AbortSignal) => readJson<UsedTag[]>("/api/tags", signal);

export const changeCase = (id: string, changes: CaseChanges) =>
  answered(caseUrl(id), { method: "PATCH", headers: { "content-type": "application/json" }, body: JSON.stringify(changes) });
export const restoreCase = (id: string) => answered(`${caseUrl(id)}/restore`, { method: "POST" });
export const cancelCase = (id: string) => answered(`${caseUrl(id)}/cancel`, { method: "POST" });
export const retryCase = (id: string) => answered(`${caseUrl(id)}/retry`, { method: "POST" });

async function answered(path: string, init: RequestInit): Promise<CaseDocument> {
  return (await (await request(path, init)).json()) as CaseDocument;
}
