import { droppedParts, type DroppedFile } from "../stacks/droppedParts";
import { filesOf } from "./checkPicture";

/** What was dropped, folders opened. A drop that a program made has files only, and no entries of a file system. */
export async function droppedPictures(dropped: DataTransfer | null): Promise<DroppedFile[]> {
  // Both are read before anything is waited for: the browser empties a drop when its event ends.
  const plain = filesOf(dropped).map((file) => ({ path: file.name, file }));
  const parts = await droppedParts(dropped);
  return parts.length > 0 ? parts : plain;
}
