/** What the archive shows, as it stands in the address: the way back brings it again. */
import type { CaseDocument } from "../api/types";

export interface ArchiveView {
  text: string;
  tags: readonly string[];
  kind: CaseDocument["kind"] | null;
  /** Cases that were deleted and can be restored, in place of those that are kept. */
  deleted: boolean;
}

const KINDS: readonly CaseDocument["kind"][] = ["smear", "volume"];

/** @param search What stands behind the question mark of an address. */
export function viewOf(search: string): ArchiveView {
  const given = new URLSearchParams(search);
  return {
    text: given.get("query") ?? "",
    tags: given.getAll("tag"),
    kind: KINDS.find((kind) => kind === given.get("kind")) ?? null,
    deleted: given.get("deleted") === "true",
  };
}

/** The same as the parameters of a request, which are those of the address. */
export function parametersOf(view: ArchiveView): URLSearchParams {
  const parameters = new URLSearchParams();
  if (view.text) parameters.set("query", view.text);
  for (const tag of view.tags) parameters.append("tag", tag);
  if (view.kind) parameters.set("kind", view.kind);
  if (view.deleted) parameters.set("deleted", "true");
  return parameters;
}

export function archiveHref(view: Partial<ArchiveView> = {}): string {
  const parameters = parametersOf({ text: "", tags: [], kind: null, deleted: false, ...view }).toString();
  return parameters ? `/archive?${parameters}` : "/archive";
}

export const isNarrowed = (view: ArchiveView) => view.text !== "" || view.tags.length > 0 || view.kind !== null;
