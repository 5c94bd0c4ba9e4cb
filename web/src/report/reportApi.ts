/** The report of a case, and who signed it. */
import { useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";

import { caseUrl, readJson, request } from "../api/client";
import type { NewSignature, Signature } from "../api/types";
import type { ReportFile } from "./reportFiles";

export const reportUrl = (id: string, file: ReportFile) => `${caseUrl(id)}/${file}`;

/** A report as it is on show. */
export interface ShownReport {
  html: string;
  /** What a signature of this very report is for. */
  content: string;
}

const signaturesUrl = (id: string) => `${caseUrl(id)}/signatures`;

/** Stands in the page's head, before anything that a person typed. */
const CONTENT = /<meta name="cytovox-content" content="([^"]*)">/;

async function getReportPage(id: string, signal: AbortSignal): Promise<ShownReport> {
  const html = await (await request(reportUrl(id, "report.html"), { signal, cache: "no-cache" })).text();
  return { html, content: CONTENT.exec(html)?.[1] ?? "" };
}

async function sign(id: string, signature: NewSignature): Promise<Signature> {
  const answer = await request(signaturesUrl(id), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(signature),
  });
  return (await answer.json()) as Signature;
}

/**
 * The report as a page; anew each time it is opened, since corrections and signatures change it. Not while it is
 * read: it must not become another one under the reader's eyes, who signs for what they have read.
 */
export function useReportPage(id: string) {
  return useQuery({
    queryKey: ["report", id],
    queryFn: ({ signal }) => getReportPage(id, signal),
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    gcTime: 0,
  });
}

export function useSignatures(id: string) {
  return useQuery({
    queryKey: ["signatures", id],
    queryFn: ({ signal }) => readJson<Signature[]>(signaturesUrl(id), signal),
  });
}

export function useSign(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (signature: NewSignature) => sign(id, signature),
    onSuccess: () => readAgain(client, id, ["signatures", "report"]),
  });
}

/** Fetches the report once more, and all that stands beside it. */
export function useNewVersion(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => client.refetchQueries({ queryKey: ["report", id] }, { throwOnError: true }),
    onSuccess: () => readAgain(client, id, ["signatures", "findings", "cases"]),
  });
}

async function readAgain(client: QueryClient, id: string, what: readonly string[]): Promise<void> {
  await Promise.all(what.map((key) => client.invalidateQueries({ queryKey: [key, id] })));
}
