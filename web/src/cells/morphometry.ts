/** Shape of a cell and of its nucleus, as they stand on the screen. */
import type { Cell, Morphometry } from "../api/types";
import { formatArea } from "./format";
import { wasClassified } from "./predictions";

export interface ShapeFact {
  name: string;
  /** With its unit; null where it was not measured. */
  value: string | null;
  /** Whether the value rests on the scale. */
  scaled?: boolean;
}

/** Nothing measured, as of findings from before there were measures. */
export const UNMEASURED: Morphometry = {
  circularity: null,
  nucleus_area_px: null,
  nucleus_area_um2: null,
  nucleus_to_cytoplasm_ratio: null,
  nucleus_circularity: null,
  lobes: null,
  nucleus_stain_density: null,
  cytoplasm_stain_density: null,
};

/** What was measured of a cell's shape; of red cells and platelets, which have no nucleus, the outline's alone. */
export function shapeFacts(cell: Pick<Cell, "coarse" | "unfamiliarity" | "morphometry">): ShapeFact[] {
  const m = cell.morphometry;
  const outline = { name: "Circularity (1 is a disc)", value: decimal(m.circularity) };
  if (!wasClassified(cell)) return [outline];
  return [
    { name: "Area of the nucleus", value: nucleusArea(m), scaled: m.nucleus_area_um2 !== null },
    { name: "Nucleus to cytoplasm, by area", value: decimal(m.nucleus_to_cytoplasm_ratio) },
    { name: "Lobes of the nucleus", value: m.lobes === null ? null : String(m.lobes) },
    { name: "Circularity of the nucleus", value: decimal(m.nucleus_circularity) },
    { ...outline, name: "Circularity of the cell" },
  ];
}

function nucleusArea(m: Morphometry): string | null {
  if (m.nucleus_area_um2 !== null) return formatArea(m.nucleus_area_um2);
  return m.nucleus_area_px === null ? null : `${Math.round(m.nucleus_area_px)} px²`;
}

const decimal = (value: number | null) => (value === null ? null : value.toFixed(2));
