import { scaleBarLength } from "../cells/scaleBar";
import type { Anchor } from "./labelLayout";
import type { Seen } from "./ModelViews";
import type { LengthUnit } from "./SolidModel";

export interface Bar {
  text: string;
  widthPx: number;
}

const WIDEST_PX = 150;
const LETTER_PX = 7.4;

/** The scale bar of what is seen. */
export function barOf({ zoom, views }: Pick<Seen, "zoom" | "views">, unit: LengthUnit, estimated: boolean): Bar | null {
  const narrowest = Math.min(...views.map((view) => view.frame.width));
  const length = scaleBarLength(1 / zoom, Math.min(WIDEST_PX, narrowest / 3));
  return length && { text: `${estimated ? "≈ " : ""}${length.um} ${unit}`, widthPx: length.widthPx };
}

/** Room that the longest of some names takes, px. */
export const labelWidth = (anchors: readonly Anchor[]) =>
  Math.max(0, ...anchors.map((anchor) => anchor.name.length)) * LETTER_PX + 8;
