import { GLTFLoader } from "three/addons/loaders/GLTFLoader.js";

import { SolidModel } from "./SolidModel";

/** The model in the bytes of a GLB file. */
export async function readGlb(data: ArrayBuffer): Promise<SolidModel> {
  const file = await new GLTFLoader().parseAsync(data, "");
  const root = file.scene.children[0];
  if (!root) throw new Error("The model is empty.");
  return new SolidModel({ root, notice: String(file.scene.userData.notice ?? "") });
}
