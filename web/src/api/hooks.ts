/** Server data as React hooks. Drawing code gets values from here and never fetches by itself. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import * as api from "./client";
import type { CaseDocument } from "./types";

const POLL_MS = 400;
const isWorking = (c: CaseDocument) => c.state === "queued" || c.state === "running";

export function useCases() {
  return useQuery({
    queryKey: ["cases"],
    queryFn: ({ signal }) => api.listCases(signal),
    refetchInterval: (query) => (query.state.data?.some(isWorking) ? POLL_MS : false),
  });
}

export function useCase(id: string) {
  return useQuery({
    queryKey: ["cases", id],
    queryFn: ({ signal }) => api.getCase(id, signal),
    refetchInterval: (query) => (query.state.data && isWorking(query.state.data) ? POLL_MS : false),
    refetchIntervalInBackground: true,
  });
}

export function useFindings(id: string, ready: boolean) {
  return useQuery({
    queryKey: ["findings", id],
    queryFn: ({ signal }) => api.getFindings(id, signal),
    enabled: ready,
    staleTime: Infinity,
  });
}

export function useTaxonomy(key: string) {
  return useQuery({
    queryKey: ["taxonomy", key],
    queryFn: ({ signal }) => api.getTaxonomy(key, signal),
    staleTime: Infinity,
  });
}

export function useSettings() {
  return useQuery({ queryKey: ["settings"], queryFn: ({ signal }) => api.getSettings(signal), staleTime: Infinity });
}

export function useDeleteCase() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: api.deleteCase,
    onSuccess: (_nothing, id) => {
      client.setQueryData<CaseDocument[]>(["cases"], (cases) => cases?.filter((c) => c.id !== id));
      client.removeQueries({ queryKey: ["cases", id] });
      client.removeQueries({ queryKey: ["findings", id] });
    },
  });
}

export function useCreateSampleCase() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: api.createSampleCase,
    onSuccess: (created) => client.setQueryData(["cases", created.id], created),
  });
}
