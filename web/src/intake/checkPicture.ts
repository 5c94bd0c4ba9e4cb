/** What can be said about a file before it is sent. */
import type { ServerSettings } from "../api/types";
import { formatBytes } from "../cells/format";

type Limits = Pick<ServerSettings, "upload_limit_bytes" | "accepted_types">;

/** Why a file cannot be uploaded, in a sentence; null when it can. The server checks again. */
export function objectionTo(file: Pick<File, "name" | "size" | "type">, limits: Limits | undefined): string | null {
  if (file.size === 0) return `${file.name} is empty.`;
  if (!limits) return null;
  if (!isPicture(file, limits)) {
    return `${file.name} is not a picture that Cytovox reads. Use ${describeTypes(limits)}.`;
  }
  if (file.size > limits.upload_limit_bytes) {
    const [size, limit] = [formatBytes(file.size), formatBytes(limits.upload_limit_bytes)];
    return `${file.name} has ${size}; at most ${limit} can be uploaded. Save it as JPEG, or crop it.`;
  }
  return null;
}

/** Whether a file calls itself a picture of a kind that the server reads. */
export function isPicture(file: Pick<File, "name" | "type">, limits: Limits | undefined): boolean {
  const ending = /\.[^.]+$/.exec(file.name.toLowerCase())?.[0] ?? "";
  return file.type.startsWith("image/") || (limits?.accepted_types.includes(ending) ?? false);
}

export function describeTypes(limits: Limits): string {
  const names = new Set(limits.accepted_types.map((t) => NAMES[t] ?? t.slice(1).toUpperCase()));
  return new Intl.ListFormat("en-GB", { type: "disjunction" }).format(names);
}

const NAMES: Partial<Record<string, string>> = {
  ".jpg": "JPEG",
  ".jpeg": "JPEG",
  ".tif": "TIFF",
  ".tiff": "TIFF",
  ".webp": "WebP",
};

/** Pictures on a clipboard or in a drop; a pasted screenshot gets a name of its own. */
export function filesOf(transfer: DataTransfer | null): File[] {
  return [...(transfer?.files ?? [])];
}
