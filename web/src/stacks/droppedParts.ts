/** What was dropped or chosen, folders opened. */
import type { StackPart } from "./zipFiles";

/** A file with its path from the folder that was dropped or chosen. */
export interface DroppedFile extends StackPart {
  file: File;
}

/** Files that programs leave in folders and that are no part of a scan. */
const isLitter = (path: string) => /(^|\/)(\.|__MACOSX\/|Thumbs\.db$|desktop\.ini$)/.test(path);

/** Files of a file or folder chooser. */
export const chosenParts = (files: Iterable<File>): DroppedFile[] =>
  [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file })).filter((part) => !isLitter(part.path));

/** Files of a drop. Browsers hand over what was dropped only until the event ends, hence no `async` before it is taken. */
export function droppedParts(transfer: DataTransfer | null): Promise<DroppedFile[]> {
  const entries = [...(transfer?.items ?? [])].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  return Promise.all(entries.map((entry) => partsBelow(entry))).then((found) => found.flat().filter((part) => !isLitter(part.path)));
}

async function partsBelow(entry: FileSystemEntry): Promise<DroppedFile[]> {
  const path = entry.fullPath.replace(/^\//, "");
  if (isLitter(path)) return [];
  if (entry instanceof FileSystemFileEntry || entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: DroppedFile[] = [];
  // A reader gives at most a hundred entries at a time.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return found;
    found.push(...(await Promise.all(some.map(partsBelow))).flat());
  }
}

/** What to call an upload: its file, or the folder that its files have in common. */
export function nameOfParts(parts: readonly StackPart[]): string {
  const [first] = parts;
  if (!first) return "stack";
  if (parts.length === 1) return first.path.split("/").at(-1) ?? "stack";
  const folders = first.path.split("/").slice(0, -1);
  const common = folders.filter((_, at) => parts.every((part) => part.path.startsWith(`${folders.slice(0, at + 1).join("/")}/`)));
  return `${common.at(-1) ?? "stack"}.zip`;
}
