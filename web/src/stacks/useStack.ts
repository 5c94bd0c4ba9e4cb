/** Stacks as React hooks. Drawing code gets values from here and never fetches by itself. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { createStackOfUpload, getPlane, getStack, getStackFindings, getUpload, listScans } from "./stackApi";
import type { PlaneName } from "./types";

export function useStack(id: string, ready: boolean) {
  return useQuery({
    queryKey: ["stack", id],
    queryFn: ({ signal }) => getStack(id, signal),
    enabled: ready,
    staleTime: Infinity,
  });
}

export function useStackFindings(id: string, ready: boolean) {
  return useQuery({
    queryKey: ["stack-findings", id],
    queryFn: ({ signal }) => getStackFindings(id, signal),
    enabled: ready,
    staleTime: Infinity,
  });
}

export function useScans(id: string, ready: boolean) {
  return useQuery({ queryKey: ["scans", id], queryFn: ({ signal }) => listScans(id, signal), enabled: ready });
}

/** Planes that were looked at stay this long: a stack of 300 would fill hundreds of megabytes. */
const KEPT_MS = 20_000;
const AHEAD = [1, -1, 2];

/** Numbers of a plane; those of the plane before until they are there. The next ones are fetched ahead. */
export function usePlane(id: string, of: "planes" | "label-planes", at: { plane: PlaneName; index: number; count: number }, wanted: boolean) {
  const client = useQueryClient();
  const { plane, index, count } = at;
  const wish = (number: number) => ({
    queryKey: [of, id, plane, number],
    queryFn: ({ signal }: { signal: AbortSignal }) => getPlane(id, of, plane, number, signal),
    staleTime: Infinity,
    gcTime: KEPT_MS,
  });
  const found = useQuery({ ...wish(index), enabled: wanted, placeholderData: keepPreviousData });
  const there = found.isSuccess && !found.isPlaceholderData;
  useEffect(() => {
    if (!there) return;
    for (const next of AHEAD.map((by) => index + by).filter((n) => n >= 0 && n < count)) {
      // What fails now is asked for again when it is wanted.
      client.query(wish(next)).catch(() => undefined);
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `wish` is made of the rest
  }, [there, client, of, id, plane, index, count]);
  return found;
}

/** What lies in an upload; it does not change. */
export function useUpload(id: string) {
  return useQuery({ queryKey: ["upload", id], queryFn: ({ signal }) => getUpload(id, signal), staleTime: Infinity });
}

export function useCreateStackOfUpload() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, number, labelMap }: { id: string; number: number; labelMap?: string }) =>
      createStackOfUpload(id, number, labelMap),
    onSuccess: (created) => client.setQueryData(["cases", created.id], created),
  });
}
