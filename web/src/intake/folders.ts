/** Pictures of whole folders, and what the folders' names say of them. */
import type { ServerSettings } from "../api/types";
import type { DroppedFile } from "../stacks/droppedParts";
import { isPicture } from "./checkPicture";
import type { Picture, Said } from "./uploadQueue";

/** What the name of the folder that a picture lies in is taken for. */
export type FolderMeaning = "nothing" | "tag" | "specimen";

const BY_NUMBER = new Intl.Collator("en", { numeric: true });
const LONGEST = { tag: 40, specimen: 64 };

/** The innermost folder of a path; null of a file that lies in none. */
export const folderOf = (path: string): string | null => path.split("/").at(-2) ?? null;

/** The pictures, in the order in which a person would count the files. */
export const picturesAmong = (parts: readonly DroppedFile[], limits: ServerSettings | undefined) =>
  parts.filter(({ file }) => isPicture(file, limits)).sort((one, other) => BY_NUMBER.compare(one.path, other.path));

/** Names of the folders that hold pictures, each once, in their order. */
export function foldersOf(parts: readonly DroppedFile[]): string[] {
  return [...new Set(parts.map(({ path }) => folderOf(path)).filter((name) => name !== null))];
}

/** @param said What is said of all of them. */
export function picturesOf(parts: readonly DroppedFile[], meaning: FolderMeaning, said: Said): Picture[] {
  return parts.map(({ path, file }) => ({ file, said: { ...said, ...meant(folderOf(path), meaning, said) } }));
}

function meant(folder: string | null, meaning: FolderMeaning, said: Said): Said {
  if (folder === null || meaning === "nothing") return {};
  const name = folder.slice(0, LONGEST[meaning]);
  return meaning === "tag" ? { tags: [...(said.tags ?? []), name] } : { specimen: name };
}
