/** Differentials of cases, and the reference ranges that they are held against. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { caseUrl, readJson } from "../api/client";
import type { DifferentialCount } from "../api/types";

/**
 * The differential of a finished case.
 *
 * @param asOf When the findings that are shown came: other findings, another differential.
 */
export function useDifferential(id: string, ready: boolean, asOf: number) {
  return useQuery({
    queryKey: ["differential", id, asOf],
    queryFn: ({ signal }) => readJson<DifferentialCount>(`${caseUrl(id)}/differential.json`, signal),
    enabled: ready,
    placeholderData: keepPreviousData,
  });
}
