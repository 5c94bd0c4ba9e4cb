/** Cells of the archive that look alike, and pictures of single cells. */
import { useQuery } from "@tanstack/react-query";

import { caseUrl, readJson } from "../api/client";
import type { components } from "../api/schema";

export type SimilarCell = components["schemas"]["SimilarCellDocument"];

/** A square picture of one cell. */
export const cellCropUrl = (caseId: string, cellId: number, sizePx: number) =>
  `${caseUrl(caseId)}/cells/${cellId}/crop.png?size=${sizePx}`;

export function useSimilarCells(caseId: string, cellId: number, options: { limit: number; othersOnly: boolean }) {
  const query = new URLSearchParams({ limit: String(options.limit), others_only: String(options.othersOnly) });
  return useQuery({
    queryKey: ["similar", caseId, cellId, options.limit, options.othersOnly],
    queryFn: ({ signal }) =>
      readJson<SimilarCell[]>(`${caseUrl(caseId)}/cells/${cellId}/similar?${query}`, signal),
    // Other cases come, go and are corrected meanwhile.
    staleTime: 30_000,
  });
}
