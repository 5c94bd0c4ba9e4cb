/** The loaded part of the archive: pages of cases, newest first. Pure changes of it. */
import type { InfiniteData } from "@tanstack/react-query";

import type { CaseDocument } from "../api/types";

export interface ArchivePart {
  cases: readonly CaseDocument[];
  /** Of the whole list, as it was when the part was read. */
  total: number;
}
export type LoadedArchive = InfiniteData<ArchivePart>;

export const loadedCases = (archive: LoadedArchive | undefined): CaseDocument[] =>
  archive?.pages.flatMap((part) => part.cases) ?? [];

/** How many cases the list has, loaded or not: the first part was read or changed last. */
export const totalOf = (archive: LoadedArchive | undefined): number | undefined => archive?.pages[0]?.total;

/** Id to go on after; undefined at the end. */
export function nextAfter(last: ArchivePart, all: readonly ArchivePart[]): string | undefined {
  const loaded = all.reduce((sum, part) => sum + part.cases.length, 0);
  return loaded < last.total ? last.cases.at(-1)?.id : undefined;
}

/** With a changed case in its place; one that is not among them is left out, or comes first where `first` says so. */
export function withChanged(archive: LoadedArchive, changed: CaseDocument, first: boolean): LoadedArchive {
  const known = archive.pages.some((part) => part.cases.some((one) => one.id === changed.id));
  if (!known) return first ? withFirst(archive, changed) : archive;
  return mapped(archive, (part) => ({
    ...part,
    cases: part.cases.map((one) => (one.id === changed.id ? changed : one)),
  }));
}

/** Without some cases; the total falls by as many as were there. */
export function without(archive: LoadedArchive, ids: ReadonlySet<string>): LoadedArchive {
  const gone = loadedCases(archive).filter((one) => ids.has(one.id)).length;
  return mapped(archive, (part) => ({
    cases: part.cases.filter((one) => !ids.has(one.id)),
    total: part.total - gone,
  }));
}

function withFirst(archive: LoadedArchive, added: CaseDocument): LoadedArchive {
  return mapped(archive, (part, at) => ({
    cases: at === 0 ? [added, ...part.cases] : part.cases,
    total: part.total + 1,
  }));
}

const mapped = (archive: LoadedArchive, change: (part: ArchivePart, at: number) => ArchivePart): LoadedArchive => ({
  ...archive,
  pages: archive.pages.map(change),
});
