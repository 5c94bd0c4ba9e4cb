/** The review of a case as it stands for who looks at it: what the server told, and what is on its way there. */
import { useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useSyncExternalStore } from "react";

import { canFollow, caseEvents, followCases } from "../api/events";
import { EditQueue, type QueueState } from "./EditQueue";
import { afterOperations } from "./operations";
import { getMachineFindings, getReview, sendOperation } from "./reviewApi";
import type { Review } from "./types";

const NO_EDITS: Review = { edits: [], reviewers: [], can_undo: false, can_redo: false, revision: 0 };
/** Beside the stream of changes, which a proxy may hold back: other reviewers may be at work. */
const POLL_MS = 15_000;

const queues = new Map<string, EditQueue>();

// Who closes the window while edits wait for the server is asked whether to stay.
window.addEventListener("beforeunload", (event) => {
  if ([...queues.values()].some((queue) => queue.snapshot().pending.length > 0)) event.preventDefault();
});

/** The machine's own findings; they never change. */
export function useMachineFindings(id: string, ready: boolean) {
  return useQuery({
    queryKey: ["machine-findings", id],
    queryFn: ({ signal }) => getMachineFindings(id, signal),
    enabled: ready,
    staleTime: Infinity,
  });
}

export interface ShownReview {
  /** With everything that is on its way; null until the server has told it. */
  review: Review | null;
  problem: string | null;
  queue: EditQueue;
  queued: QueueState;
}

export function useReview(id: string, isReady: boolean, me: string): ShownReview {
  const client = useQueryClient();
  const told = useQuery({
    queryKey: ["review", id],
    queryFn: ({ signal }) => getReview(id, signal),
    enabled: isReady,
    structuralSharing: (before, now) => newer(before as Review | undefined, now as Review),
    refetchInterval: POLL_MS,
  });
  const queue = useMemo(() => queueOf(id, client), [id, client]);
  const queued = useSyncExternalStore(queue.subscribe, queue.snapshot);
  const isKnown = told.data !== undefined;
  useEffect(() => {
    if (!isKnown) return;
    queue.retry();
    window.addEventListener("online", queue.retry);
    return () => window.removeEventListener("online", queue.retry);
  }, [queue, isKnown]);
  useEffect(() => {
    if (!canFollow()) return;
    const askAgain = () => void client.invalidateQueries({ queryKey: ["review", id] });
    return followCases(caseEvents(id), {
      onOpen: () => undefined,
      onCase: askAgain,
      onDeleted: () => void client.invalidateQueries({ queryKey: ["cases", id] }),
      onLost: () => undefined,
    });
  }, [id, client]);
  const review = useMemo(
    () => (told.data ? afterOperations(told.data, queued.pending, me) : null),
    [told.data, queued.pending, me],
  );
  return { review, problem: told.error && !told.data ? told.error.message : null, queue, queued };
}

/** An answer that was overtaken on its way tells an older state. */
const newer = (before: Review | undefined, now: Review): Review => (before && before.revision > now.revision ? before : now);

/** One queue a case, as long as the window is open: what waits is sent even from another page. */
function queueOf(id: string, client: QueryClient): EditQueue {
  let queue = queues.get(id);
  if (queue) return queue;
  const key = ["review", id];
  queue = new EditQueue(
    {
      send: (operation) => sendOperation(id, operation),
      read: () => getReview(id),
      known: () => client.getQueryData<Review>(key) ?? NO_EDITS,
      told: (review) => client.setQueryData<Review>(key, (before) => newer(before, review)),
      drained: () => void forgetCounts(client, id),
    },
    sessionStorage,
    `cytovox.review.${id}`,
  );
  queues.set(id, queue);
  return queue;
}

/** Counts, findings, report: all that other pages hold of the case was told before the edits. */
function forgetCounts(client: QueryClient, id: string): Promise<void> {
  const kept: unknown[] = ["review", "machine-findings", "explanation"];
  return client.invalidateQueries({ predicate: ({ queryKey }) => queryKey.includes(id) && !kept.includes(queryKey[0]) });
}
