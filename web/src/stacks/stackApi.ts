/** Stacks on the server: pages, planes, scans; and new ones to it. */
import { caseUrl, readJson, request, uploadCase } from "../api/client";
import type { CaseDocument } from "../api/types";
import type { PlaneName, Stack, StackFindings, TimePoint, Upload } from "./types";

/** Numbers of one plane, rows from above, pixels from the left. */
export interface PlaneNumbers {
  width: number;
  height: number;
  numbers: Int16Array | Uint16Array | Uint8Array;
}

export type StackFile = "findings.json" | "organs.csv" | "labels.nii.gz" | "labels.dcm" | "organs.glb" | "organs.stl" | "organs.obj.zip";

export const stackFileUrl = (id: string, file: StackFile) => `${caseUrl(id)}/${file}`;

export const getStack = (id: string, signal: AbortSignal) => readJson<Stack>(`${caseUrl(id)}/stack.json`, signal);
export const getStackFindings = (id: string, signal: AbortSignal) =>
  readJson<StackFindings>(stackFileUrl(id, "findings.json"), signal);
export const listScans = (id: string, signal: AbortSignal) => readJson<TimePoint[]>(`${caseUrl(id)}/scans`, signal);

export async function getPlane(
  id: string,
  of: "planes" | "label-planes",
  plane: PlaneName,
  index: number,
  signal: AbortSignal,
): Promise<PlaneNumbers> {
  const answer = await request(`${caseUrl(id)}/${of}/${plane}/${index}`, { signal });
  const size = (name: string) => Number(answer.headers.get(name));
  return {
    width: size("x-width"),
    height: size("x-height"),
    numbers: numbersOf(await answer.arrayBuffer(), answer.headers.get("x-type") ?? ""),
  };
}

/** Bytes as numbers; the machines that browsers run on are little-endian, as the server sends them. */
export function numbersOf(bytes: ArrayBuffer, type: string): PlaneNumbers["numbers"] {
  if (type === "int16") return new Int16Array(bytes);
  if (type === "uint16") return new Uint16Array(bytes);
  if (type === "uint8") return new Uint8Array(bytes);
  throw new Error(`The server sent a plane of ${type || "no type"}.`);
}

export interface NewStack {
  stack: Blob;
  name: string;
  labels?: File | undefined;
  labelNames?: string | undefined;
  modality?: "CT" | "MR" | undefined;
  /** Distance of slices, rows and columns. */
  spacingMm?: readonly [number, number, number] | undefined;
}

/** Uploads a stack; `onSent` hears the share of bytes sent. */
export function createStack(fresh: NewStack, onSent: (share: number) => void): Promise<CaseDocument> {
  const form = new FormData();
  form.append("stack", fresh.stack, fresh.name);
  if (fresh.labels) form.append("labels", fresh.labels, fresh.labels.name);
  if (fresh.labelNames) form.append("label_names", fresh.labelNames);
  if (fresh.modality) form.append("modality", fresh.modality);
  for (const mm of fresh.spacingMm ?? []) form.append("spacing_mm", String(mm));
  return uploadCase("/api/stacks", form, onSent);
}

/** The phantom that the server renders, with its organs. */
export async function createSampleStack(): Promise<CaseDocument> {
  return (await (await request("/api/stacks/sample", { method: "POST" })).json()) as CaseDocument;
}

export const getUpload = (id: string, signal: AbortSignal) => readJson<Upload>(`${caseUrl(id)}/upload`, signal);

/** A case of a scan of the same upload, with one of its label maps, "none", or the one that belongs to the scan. */
export async function createStackOfUpload(id: string, number: number, labelMap?: string): Promise<CaseDocument> {
  const asked = labelMap === undefined ? "" : `?${new URLSearchParams({ label_map: labelMap })}`;
  const answer = await request(`${caseUrl(id)}/series/${number}${asked}`, { method: "POST" });
  return (await answer.json()) as CaseDocument;
}
