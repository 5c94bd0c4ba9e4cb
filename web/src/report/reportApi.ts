/** The report of a case, and who signed it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { caseUrl, readJson, request } from "../api/client";
import type { Signature } from "../api/types";

export type ReportFile = "report.html" | "report.pdf" | "report.csv" | "report.json";
export const reportUrl = (id: string, file: ReportFile) => `${caseUrl(id)}/${file}`;

export interface NewSignature {
  name: string;
  comment: string;
}

const signaturesUrl = (id: string) => `${caseUrl(id)}/signatures`;

async function getReportPage(id: string, signal: AbortSignal): Promise<string> {
  return await (await request(reportUrl(id, "report.html"), { signal, cache: "no-cache" })).text();
}

async function sign(id: string, signature: NewSignature): Promise<Signature> {
  const answer = await request(signaturesUrl(id), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(signature),
  });
  return (await answer.json()) as Signature;
}

/** The report as a page; anew each time it is opened, since corrections and signatures change it. */
export function useReportPage(id: string, ready: boolean) {
  return useQuery({
    queryKey: ["report", id],
    queryFn: ({ signal }) => getReportPage(id, signal),
    enabled: ready,
    gcTime: 0,
  });
}

export function useSignatures(id: string, ready: boolean) {
  return useQuery({
    queryKey: ["signatures", id],
    queryFn: ({ signal }) => readJson<Signature[]>(signaturesUrl(id), signal),
    enabled: ready,
  });
}

export function useSign(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (signature: NewSignature) => sign(id, signature),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ["signatures", id] }),
        client.invalidateQueries({ queryKey: ["report", id] }),
      ]),
  });
}
