/** Talks to the server. Every failure becomes an ApiProblem with a sentence for a person. */
import type {
  CaseDocument,
  Cell,
  Classification,
  Explanation,
  Findings,
  Model,
  ProblemDocument,
  ServerSettings,
  Taxonomy,
  TextbookCell,
} from "./types";
import type { Picture } from "../intake/uploadQueue";
import { UNMEASURED } from "../cells/morphometry";

export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Seconds after which the server wants to be asked again, where it says so. */
    readonly retryAfterS?: number | undefined,
  ) {
    super(message);
    this.name = "ApiProblem";
  }
}

const UNREACHABLE = new ApiProblem(0, "unreachable", "The server does not answer. Is it still running?");

export function problemFrom(status: number, body: string, retryAfter: string | null = null): ApiProblem {
  try {
    const { error } = JSON.parse(body) as Partial<ProblemDocument>;
    const seconds = retryAfter === null ? undefined : Number(retryAfter);
    if (error) return new ApiProblem(status, error.code, error.message, Number.isFinite(seconds) ? seconds : undefined);
  } catch {
    // Not JSON: a proxy in between answered.
  }
  return new ApiProblem(status, "unexpected_answer", `The server answered with status ${status}.`);
}

export async function request(path: string, init?: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw UNREACHABLE;
  }
  if (!answer.ok) throw problemFrom(answer.status, await answer.text());
  return answer;
}

export async function readJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const answer = await request(path, signal ? { signal } : undefined);
  return (await answer.json()) as T;
}

export const caseUrl = (id: string) => `/api/cases/${encodeURIComponent(id)}`;

export const pictureUrl = (id: string) => `${caseUrl(id)}/picture`;
export const thumbnailUrl = (id: string) => `${caseUrl(id)}/thumbnail.jpg`;
export type ResultFile =
  | "findings.json"
  | "cells.csv"
  | "overlay.png"
  | "map.png"
  | "map-with-legend.png"
  | "cells.geojson"
  | "coco.json";
export const resultUrl = (id: string, file: ResultFile) => `${caseUrl(id)}/${file}`;

export type ModelForm = "glb" | "stl" | "obj";
/** How white cells stand: flat as on the slide, or round as in the blood stream. */
export type Pose = "slide" | "suspension";

export function cellModelUrl(id: string, cellId: number, form: ModelForm, options: { pose: Pose; coarse?: boolean }): string {
  const query = new URLSearchParams({ pose: options.pose });
  if (options.coarse) query.set("coarse", "true");
  return `${caseUrl(id)}/cells/${cellId}.${form}?${query}`;
}
export const sceneUrl = (id: string) => `${caseUrl(id)}/scene.glb`;
export const textbookUrl = ({ taxonomy, label }: Pick<TextbookCell, "taxonomy" | "label">, form: ModelForm) =>
  `/api/atlas/${encodeURIComponent(taxonomy)}/${encodeURIComponent(label)}.${form}`;

/** The bytes of a 3D model. */
export async function getModel(url: string, signal: AbortSignal): Promise<ArrayBuffer> {
  return await (await request(url, { signal })).arrayBuffer();
}
export const listTextbookCells = (signal?: AbortSignal) => readJson<TextbookCell[]>("/api/atlas", signal);

/** How many cases the start page shows. */
export const RECENT_CASES = 12;
export const listRecentCases = (signal?: AbortSignal) =>
  readJson<CaseDocument[]>(`/api/cases?limit=${RECENT_CASES}`, signal);
export const getCase = (id: string, signal?: AbortSignal) => readJson<CaseDocument>(caseUrl(id), signal);
export const getFindings = async (id: string, signal?: AbortSignal) =>
  completed(await readJson<EarlierFindings>(resultUrl(id, "findings.json"), signal));
type AddedToCells =
  | "best"
  | "unidentified"
  | "prediction_set"
  | "unfamiliarity"
  | "nucleus_polygons"
  | "morphometry"
  | "reviewed";
type Added = "level" | "parasitaemia" | "map_pixels" | "material";
type EarlierCell = Omit<Cell, AddedToCells> & Partial<Pick<Cell, AddedToCells>>;
type EarlierFindings = Omit<Findings, "cells" | Added> & Partial<Pick<Findings, Added>> & { cells: EarlierCell[] };

/** Findings that were stored before there were sets, refusals, measures, maps and reviews, read as those of a model without. */
export function completed(findings: EarlierFindings): Findings {
  const cells = findings.cells.map((cell) => ({
    best: cell.label,
    unidentified: false,
    prediction_set: [cell.label],
    unfamiliarity: null,
    nucleus_polygons: [],
    morphometry: UNMEASURED,
    reviewed: null,
    ...cell,
  }));
  return { level: null, parasitaemia: null, map_pixels: null, material: "blood", ...findings, cells };
}

export const getExplanation = (id: string, cellId: number, signal?: AbortSignal) =>
  readJson<Explanation>(`${caseUrl(id)}/cells/${cellId}/explanation`, signal);
export const getTaxonomy = (key: string, signal?: AbortSignal) =>
  readJson<Taxonomy>(`/api/taxonomies/${encodeURIComponent(key)}`, signal);
export const getSettings = (signal?: AbortSignal) => readJson<ServerSettings>("/api/settings", signal);
export const listModels = (signal?: AbortSignal) => readJson<Model[]>("/api/models", signal);

export async function deleteCase(id: string): Promise<void> {
  await request(caseUrl(id), { method: "DELETE" });
}

export async function createSampleCase(): Promise<CaseDocument> {
  return (await (await request("/api/cases/sample", { method: "POST" })).json()) as CaseDocument;
}

/** Names the one cell on a picture. Nothing is stored on the server. */
export async function classifyPicture(
  picture: File,
  options: { model: string; mppUm?: number | undefined },
): Promise<Classification> {
  const form = new FormData();
  form.append("pictures", picture, picture.name);
  form.append("model", options.model);
  if (options.mppUm !== undefined) form.append("mpp_um", String(options.mppUm));
  const answer = await request("/api/classify", { method: "POST", body: form });
  return (await answer.json()) as Classification;
}

/** Uploads a picture; `onSent` hears the share of bytes sent. */
export function createCase(
  { file, said }: Picture,
  onSent?: (share: number) => void,
  signal?: AbortSignal,
): Promise<CaseDocument> {
  const form = new FormData();
  form.append("picture", file, file.name);
  if (said.mppUm !== undefined) form.append("mpp_um", String(said.mppUm));
  if (said.material) form.append("material", said.material);
  if (said.specimen) form.append("specimen", said.specimen);
  if (said.subject) form.append("subject", said.subject);
  for (const tag of said.tags ?? []) form.append("tag", tag);
  return uploadCase("/api/cases", form, onSent, signal);
}

/** Sends what a case is made of. XMLHttpRequest, because fetch cannot tell the share of bytes sent. */
export function uploadCase(
  url: string,
  form: FormData,
  onSent?: (share: number) => void,
  signal?: AbortSignal,
): Promise<CaseDocument> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.upload.onprogress = (event) => {
      if (event.lengthComputable) onSent?.(event.loaded / event.total);
    };
    call.onload = () => {
      if (call.status === 202) resolve(JSON.parse(call.responseText) as CaseDocument);
      else reject(problemFrom(call.status, call.responseText, call.getResponseHeader("retry-after")));
    };
    call.onerror = () => reject(UNREACHABLE);
    call.onabort = () => reject(new DOMException("The upload was stopped.", "AbortError"));
    signal?.addEventListener("abort", () => call.abort());
    call.open("POST", url);
    call.send(form);
  });
}
