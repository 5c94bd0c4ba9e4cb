/** Server data as React hooks. Drawing code gets values from here and never fetches by itself. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import * as api from "./client";
import { ALL_EVENTS, canFollow, caseEvents, followCases, withCase } from "./events";
import type { CaseDocument } from "./types";

const POLL_MS = 400;
/** Beside a stream: a proxy on the way may hold its events back. */
const POLL_BESIDE_STREAM_MS = 5000;
const pollEvery = (live: boolean) => (live ? POLL_BESIDE_STREAM_MS : POLL_MS);
const isWorking = (c: CaseDocument) => c.state === "queued" || c.state === "running";

/** Keeps cases as the server tells them while there is something to follow; `onLive` hears whether it does. */
function useCaseEvents(url: string | null, onLive: (live: boolean) => void) {
  const client = useQueryClient();
  useEffect(() => {
    if (url === null || !canFollow()) return;
    const end = followCases(url, {
      onOpen: () => {
        onLive(true);
        // What changed between the last answer and the stream's beginning is told by neither.
        if (url === ALL_EVENTS) void client.invalidateQueries({ queryKey: ["cases"], exact: true });
      },
      onCase: (changed) => {
        client.setQueryData(["cases", changed.id], changed);
        client.setQueryData<CaseDocument[]>(["cases"], (cases) => cases && withCase(cases, changed));
      },
      onDeleted: (id) => {
        client.setQueryData<CaseDocument[]>(["cases"], (cases) => cases?.filter((c) => c.id !== id));
        void client.invalidateQueries({ queryKey: ["cases", id] });
      },
      onLost: () => {
        onLive(false);
      },
    });
    return () => {
      end();
      onLive(false);
    };
  }, [url, client, onLive]);
}

/** The latest cases. */
export function useRecentCases() {
  const [live, setLive] = useState(false);
  const query = useQuery({
    queryKey: ["cases"],
    queryFn: ({ signal }) => api.listRecentCases(signal),
    refetchInterval: ({ state }) => (state.data?.some(isWorking) ? pollEvery(live) : false),
  });
  useCaseEvents(query.data?.some(isWorking) ? ALL_EVENTS : null, setLive);
  return query;
}

export function useCase(id: string) {
  const [live, setLive] = useState(false);
  const query = useQuery({
    queryKey: ["cases", id],
    queryFn: ({ signal }) => api.getCase(id, signal),
    refetchInterval: ({ state }) => (state.data && isWorking(state.data) ? pollEvery(live) : false),
    refetchIntervalInBackground: true,
  });
  useCaseEvents(query.data && isWorking(query.data) ? caseEvents(id) : null, setLive);
  return query;
}

export function useFindings(id: string, ready: boolean) {
  return useQuery({
    queryKey: ["findings", id],
    queryFn: ({ signal }) => api.getFindings(id, signal),
    enabled: ready,
    staleTime: Infinity,
  });
}

/** Why a cell was named as it was; asked for only where somebody wants to know. */
export function useExplanation(id: string, cellId: number, wanted: boolean) {
  return useQuery({
    queryKey: ["explanation", id, cellId],
    queryFn: ({ signal }) => api.getExplanation(id, cellId, signal),
    enabled: wanted,
    staleTime: Infinity,
  });
}

export function useModels() {
  return useQuery({ queryKey: ["models"], queryFn: ({ signal }) => api.listModels(signal), staleTime: Infinity });
}

/** A shipped taxonomy; none where a model brings classes of its own. */
export function useTaxonomy(key: string | null) {
  return useQuery({
    queryKey: ["taxonomy", key],
    queryFn: ({ signal }) => api.getTaxonomy(key ?? "", signal),
    enabled: key !== null,
    staleTime: Infinity,
  });
}

/** The classes of cell that have a textbook model. */
export function useTextbookCells() {
  return useQuery({
    queryKey: ["textbook-cells"],
    queryFn: ({ signal }) => api.listTextbookCells(signal),
    staleTime: Infinity,
  });
}

export function useSettings() {
  return useQuery({ queryKey: ["settings"], queryFn: ({ signal }) => api.getSettings(signal), staleTime: Infinity });
}

export function useCreateSampleCase() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: api.createSampleCase,
    onSuccess: (created) => client.setQueryData(["cases", created.id], created),
  });
}
