/** Short names for the generated API types of stacks. */
import type { components } from "../api/schema";

type Schemas = components["schemas"];

export type Stack = Schemas["StackDocument"];
export type StackPlane = Schemas["PlaneDocument"];
export type StackFindings = Schemas["VolumeFindingsDocument"];
export type Organ = Schemas["OrganDocument"];
export type TimePoint = Schemas["TimePointDocument"];
export type Upload = Schemas["UploadDocument"];
export type PlaneName = Stack["acquired"]["plane"];
export type GreyWindow = Stack["window"];

/** What is known of one direction. */
export function planeOf(stack: Pick<Stack, "planes">, plane: PlaneName): StackPlane {
  const found = stack.planes[plane];
  if (!found) throw new Error(`The stack has no ${plane} planes.`);
  return found;
}

export const PLANES: readonly PlaneName[] = ["axial", "coronal", "sagittal"];
