/** What the review page asks of the server. */
import { caseUrl, completed, readJson, request } from "../api/client";
import type { Findings } from "../api/types";
import type { Operation } from "./operations";
import type { Agreement, Review } from "./types";

export const getReview = (id: string, signal?: AbortSignal) => readJson<Review>(`${caseUrl(id)}/review`, signal);

/** The findings as the machine made them. */
export const getMachineFindings = async (id: string, signal?: AbortSignal) =>
  completed(await readJson<Findings>(`${caseUrl(id)}/findings.json?reviewer=`, signal));

export const getAgreement = (id: string, signal?: AbortSignal) => readJson<Agreement>(`${caseUrl(id)}/agreement`, signal);

/** Sends one operation; the answer is the review after it. */
export async function sendOperation(id: string, operation: Operation): Promise<Review> {
  const [path, body] = requestFor(operation);
  const answer = await request(`${caseUrl(id)}/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as Review;
}

function requestFor(operation: Operation): [string, object] {
  if (operation.op !== "edit") return [`edits/${operation.op}`, { reviewer: operation.by }];
  const { wish, by } = operation;
  // An added cell has no number before the server gives it one.
  return ["edits", { ...wish, cell_id: wish.kind === "add" ? null : wish.cell_id, reviewer: by }];
}
