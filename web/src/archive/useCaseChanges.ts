/** What a person does to cases as entries of the archive. Each change shows in every list at once. */
import { useMutation, useQueryClient, type QueryClient } from "@tanstack/react-query";

import { deleteCase } from "../api/client";
import { withCase } from "../api/events";
import type { CaseDocument } from "../api/types";
import { cancelCase, changeCase, restoreCase, retryCase, type CaseChanges } from "./archiveApi";
import { withChanged, without, type LoadedArchive } from "./archivePages";
import { showNotice, tellProblem } from "./notices";

/** Requests on their way at a time, of a change of many cases. */
const AT_ONCE = 4;
export const ARCHIVE = "archive";

/** Puts a case as it is now into every list that has it. */
export function putCase(client: QueryClient, changed: CaseDocument): void {
  client.setQueryData(["cases", changed.id], changed);
  client.setQueryData<CaseDocument[]>(["cases"], (cases) => cases && withCase(cases, changed));
  client.setQueriesData<LoadedArchive>({ queryKey: [ARCHIVE] }, (archive) => archive && withChanged(archive, changed, false));
}

/** Takes cases out of every list. */
export function dropCases(client: QueryClient, ids: readonly string[]): void {
  const gone = new Set(ids);
  client.setQueryData<CaseDocument[]>(["cases"], (cases) => cases?.filter((one) => !gone.has(one.id)));
  client.setQueriesData<LoadedArchive>({ queryKey: [ARCHIVE] }, (archive) => archive && without(archive, gone));
}

export function readListsAgain(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: ["cases"], exact: true });
  void client.invalidateQueries({ queryKey: [ARCHIVE] });
  void client.invalidateQueries({ queryKey: ["tags"] });
}

/** Deletes cases and offers to have them back. */
export function useDeleteCases() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ids: readonly string[]) => eachOf(ids, deleteCase),
    onSuccess: (_nothing, ids) => {
      dropCases(client, ids);
      for (const id of ids) {
        for (const what of ["cases", "findings", "explanation"]) client.removeQueries({ queryKey: [what, id] });
      }
      const words = ids.length === 1 ? "The case was deleted." : `${ids.length} cases were deleted.`;
      showNotice({ words, tone: "done", restorable: ids });
    },
    onError: (problem) => {
      tellProblem(problem);
      readListsAgain(client); // some may be gone
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["tags"] }),
  });
}

export function useRestoreCases() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ids: readonly string[]) => eachOf(ids, restoreCase),
    onSuccess: (_cases, ids) => {
      const words = ids.length === 1 ? "The case is back." : `${ids.length} cases are back.`;
      showNotice({ words, tone: "done", restorable: [] });
    },
    onError: tellProblem,
    onSettled: () => readListsAgain(client),
  });
}

export interface ChangeOfCases {
  cases: readonly CaseDocument[];
  changes: (before: CaseDocument) => CaseChanges;
}

export function useChangeCases() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ cases, changes }: ChangeOfCases) => eachOf(cases, (one) => changeCase(one.id, changes(one))),
    onSuccess: (changed) => {
      for (const one of changed) putCase(client, one);
    },
    onError: tellProblem,
    onSettled: () => client.invalidateQueries({ queryKey: ["tags"] }),
  });
}

/** Stops or repeats the analysis. */
export function useAnalysis(what: "cancel" | "retry") {
  const client = useQueryClient();
  return useMutation({
    mutationFn: what === "cancel" ? cancelCase : retryCase,
    onSuccess: (changed) => putCase(client, changed),
    onError: tellProblem,
  });
}

/** Answers in the order of the items, a few requests at a time. */
async function eachOf<Item, Answer>(items: readonly Item[], ask: (item: Item) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE) {
    answers.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(ask))));
  }
  return answers;
}
