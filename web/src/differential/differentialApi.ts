/** Differentials of cases, and the reference ranges that they are held against. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { caseUrl, readJson, request } from "../api/client";
import type { DifferentialCount, ReferenceRanges, ReferenceRangesChange } from "../api/types";

const RANGES_URL = "/api/reference-ranges";

/** The differential of a finished case; corrections of its cells make it stale. */
export function useDifferential(id: string, ready: boolean) {
  return useQuery({
    queryKey: ["differential", id],
    queryFn: ({ signal }) => readJson<DifferentialCount>(`${caseUrl(id)}/differential.json`, signal),
    enabled: ready,
  });
}

export function useReferenceRanges() {
  return useQuery({
    queryKey: ["reference-ranges"],
    queryFn: ({ signal }) => readJson<ReferenceRanges>(RANGES_URL, signal),
    // What somebody is typing must not be drawn anew beneath their hands.
    refetchOnWindowFocus: false,
  });
}

async function setReferenceRanges(wanted: ReferenceRangesChange): Promise<ReferenceRanges> {
  const answer = await request(RANGES_URL, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(wanted),
  });
  return (await answer.json()) as ReferenceRanges;
}

export function useSetReferenceRanges() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: setReferenceRanges,
    onSuccess: (kept) => {
      client.setQueryData(["reference-ranges"], kept);
      const held = ["differential", "specimens", "subjects", "report"];
      return Promise.all(held.map((key) => client.invalidateQueries({ queryKey: [key] })));
    },
  });
}
