/** Smears of several pictures, and persons with several smears. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { caseUrl, readJson, request } from "../api/client";
import type { CaseDocument, SpecimenCount, SubjectTrend } from "../api/types";
import type { ReportFile } from "../report/reportFiles";
import { keyInAddress } from "../routing";

/** Of a report, which is made anew each time somebody opens it. */
const ONCE = { staleTime: Infinity, refetchOnWindowFocus: false, gcTime: 0 };
const specimenUrl = (key: string) => `/api/specimens/${keyInAddress(key)}`;
export const subjectUrl = (key: string) => `/api/subjects/${keyInAddress(key)}`;

/** All pictures of a smear as one count. */
export function useSpecimenCount(key: string) {
  return useQuery({
    queryKey: ["specimens", key],
    queryFn: ({ signal }) => readJson<SpecimenCount>(`${specimenUrl(key)}/differential.json`, signal),
  });
}

export const smearReportUrl = (key: string, file: ReportFile) => `${specimenUrl(key)}/${file}`;

/** The report of all pictures of a smear, as a page. */
export function useSmearReport(key: string) {
  return useQuery({
    queryKey: ["smear-report", key],
    queryFn: async ({ signal }) => ({
      html: await (await request(smearReportUrl(key, "report.html"), { signal, cache: "no-cache" })).text(),
    }),
    ...ONCE,
  });
}

/** All smears of a person, over time. */
export function useSubjectTrend(key: string) {
  return useQuery({
    queryKey: ["subjects", key],
    queryFn: ({ signal }) => readJson<SubjectTrend>(`${subjectUrl(key)}/trend.json`, signal),
  });
}

const MOST_FOUND = 12;

/** Pictures whose name holds some words, newest first. */
export function useFoundPictures(words: string) {
  const query = new URLSearchParams({ query: words, kind: "smear", limit: String(MOST_FOUND) });
  return useQuery({
    queryKey: ["found-pictures", words],
    queryFn: ({ signal }) => readJson<CaseDocument[]>(`/api/cases?${query}`, signal),
    placeholderData: keepPreviousData,
  });
}

async function setSpecimen(id: string, specimen: string): Promise<CaseDocument> {
  const answer = await request(caseUrl(id), {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ specimen }),
  });
  return (await answer.json()) as CaseDocument;
}

/** Says that a picture shows a smear; an empty key, that it shows none with a name. */
export function useSetSpecimen() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, specimen }: { id: string; specimen: string }) => setSpecimen(id, specimen),
    onSuccess: (changed) => {
      client.setQueryData(["cases", changed.id], changed);
      return Promise.all(
        [["specimens"], ["found-pictures"], ["subjects"], ["cases"]].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
    },
  });
}
