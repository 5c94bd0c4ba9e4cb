import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";

import { ALL_EVENTS, canFollow, followCases } from "../api/events";
import type { CaseDocument } from "../api/types";
import { listPart, listTags } from "./archiveApi";
import { loadedCases, nextAfter, totalOf, withChanged, type LoadedArchive } from "./archivePages";
import { isNarrowed, type ArchiveView } from "./archiveView";
import { ARCHIVE, dropCases, putCase } from "./useCaseChanges";

/** Where the stream of events is not to be had, or a proxy on the way holds it back. */
const POLL_MS = 5000;
const isWorking = (one: CaseDocument) => one.state === "queued" || one.state === "running";

/** The cases of a view, as far as they are loaded, kept as the server tells them. */
export function useArchive(view: ArchiveView) {
  const key = useMemo(() => [ARCHIVE, view] as const, [view]);
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => listPart(view, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: nextAfter,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  });
  const cases = useMemo(() => loadedCases(query.data), [query.data]);
  useLiveCases(key, cases.some(isWorking));
  return { ...query, cases, total: totalOf(query.data) };
}

export function useTags() {
  return useQuery({ queryKey: ["tags"], queryFn: ({ signal }) => listTags(signal) });
}

/** Follows every case while one of those shown is worked on. */
function useLiveCases(key: readonly [string, ArchiveView], working: boolean) {
  const client = useQueryClient();
  const [live, setLive] = useState(false);
  useEffect(() => {
    if (!working || !canFollow()) return;
    const end = followCases(ALL_EVENTS, {
      onOpen: () => {
        setLive(true);
        void client.invalidateQueries({ queryKey: key });
      },
      onCase: (changed) => {
        putCase(client, changed);
        // Whether a case that just came belongs to a narrowed view, only the server can tell.
        if (!isNarrowed(key[1]) && !key[1].deleted) {
          client.setQueryData<LoadedArchive>(key, (archive) => archive && withChanged(archive, changed, true));
        }
      },
      onDeleted: (id) => dropCases(client, [id]),
      onLost: () => setLive(false),
    });
    return () => {
      end();
      setLive(false);
    };
  }, [working, client, key]);
  useEffect(() => {
    if (!working || live) return;
    const timer = setInterval(() => void client.invalidateQueries({ queryKey: key }), POLL_MS);
    return () => clearInterval(timer);
  }, [working, live, client, key]);
}
