/** Counts as a person reads them: groups of red cells, white cells and platelets, with shares of white cells. */
import type { ClassCount, Coarse } from "../api/types";
import { share, type Share } from "./interval";

export interface CountRow {
  key: string;
  name: string;
  count: number;
  /** Share of the counted white cells; null outside the differential. */
  share: Share | null;
  /** Erythroblasts stand outside the differential: number per 100 white cells, as laboratories report them. */
  perHundredWhite: number | null;
}

export interface CountGroup {
  coarse: Coarse;
  name: string;
  total: number;
  rows: CountRow[];
}

export interface Differential {
  groups: CountGroup[];
  total: number;
  /** White cells that the shares are taken of: all but erythroblasts. */
  whiteCells: number;
}

const OUTSIDE = new Set(["erythroblast"]);
const GROUPS: [Coarse, string][] = [
  ["white_cell", "White cells"],
  ["red_cell", "Red cells"],
  ["platelet", "Platelets"],
  ["unidentified", "Unidentified"],
];

export function differential(counts: readonly ClassCount[]): Differential {
  const white = counts.filter((c) => c.coarse === "white_cell" && !OUTSIDE.has(c.key));
  const whiteCells = sum(white);
  const row = (c: ClassCount): CountRow => {
    const isWhite = c.coarse === "white_cell";
    const outside = OUTSIDE.has(c.key);
    return {
      key: c.key,
      name: c.name,
      count: c.count,
      share: isWhite && !outside ? share(c.count, whiteCells) : null,
      perHundredWhite: outside && whiteCells > 0 ? (100 * c.count) / whiteCells : null,
    };
  };
  const groups = GROUPS.map(([coarse, name]) => {
    const members = counts.filter((c) => c.coarse === coarse);
    return { coarse, name, total: sum(members), rows: members.map(row).sort((a, b) => b.count - a.count) };
  });
  return { groups: groups.filter((g) => g.rows.length > 0), total: sum(counts), whiteCells };
}

function sum(counts: readonly ClassCount[]): number {
  return counts.reduce((total, c) => total + c.count, 0);
}
