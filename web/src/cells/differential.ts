/** Counts as a person reads them: groups of red cells, white cells and platelets, with shares of white cells. */
import type { ClassCount, Coarse } from "../api/types";
import { styleOf, type ClassStyles } from "./classStyles";
import { share, type Share } from "./interval";

export interface CountRow {
  key: string;
  name: string;
  count: number;
  /** Share of the counted white cells; null outside the differential. */
  share: Share | null;
  /** Erythroblasts stand outside the differential: number per 100 white cells, as laboratories report them. */
  perHundredWhite: number | null;
  /** The finer classes counted in this one: band and segmented under neutrophil. Empty for a class without any. */
  finer: CountRow[];
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
  /** White cells that the shares are taken of: all but erythroblasts. Cells that were not named are none of them. */
  whiteCells: number;
  /** Cells that the classifier declined to name. */
  unidentified: number;
}

const OUTSIDE = new Set(["erythroblast"]);
const GROUPS: [Coarse, string][] = [
  ["white_cell", "White cells"],
  ["red_cell", "Red cells"],
  ["platelet", "Platelets"],
  ["unidentified", "Unidentified"],
];

export function differential(counts: readonly ClassCount[], styles: ClassStyles): Differential {
  const whiteCells = sum(counts.filter((c) => c.coarse === "white_cell" && !OUTSIDE.has(c.key)));
  const groups = GROUPS.map(([coarse, name]) => {
    const members = counts.filter((c) => c.coarse === coarse);
    const keys = new Set(members.map((c) => styleOf(styles, c.key).group));
    const rows = [...keys].map((key) => {
      const classes = members.filter((c) => styleOf(styles, c.key).group === key);
      return groupRow(key, classes, styles, whiteCells);
    });
    return { coarse, name, total: sum(members), rows: rows.sort((a, b) => b.count - a.count) };
  });
  const unidentified = groups.find((g) => g.coarse === "unidentified")?.total ?? 0;
  return { groups: groups.filter((g) => g.rows.length > 0), total: sum(counts), whiteCells, unidentified };
}

/** The classes whose cells a row counts; taking these off the picture takes off the row. */
export const classKeys = (row: CountRow) => (row.finer.length > 0 ? row.finer.map((finer) => finer.key) : [row.key]);

function groupRow(key: string, classes: ClassCount[], styles: ClassStyles, whiteCells: number): CountRow {
  const coarse = classes[0]?.coarse ?? "unidentified";
  const { name } = styleOf(styles, key);
  const whole = row({ key, coarse, name, count: sum(classes) }, whiteCells);
  if (classes.every((c) => c.key === key)) return whole;
  const finer = classes
    .filter((c) => c.key !== key || c.count > 0)
    .map((c) => row(c.key === key ? { ...c, name: `${name} of a kind not told` } : c, whiteCells));
  return { ...whole, finer: finer.sort((a, b) => b.count - a.count) };
}

function row(counted: Omit<ClassCount, "colour">, whiteCells: number): CountRow {
  const { key, name, count, coarse } = counted;
  const outside = OUTSIDE.has(key);
  return {
    key,
    name,
    count,
    share: coarse === "white_cell" && !outside ? share(count, whiteCells) : null,
    perHundredWhite: outside && whiteCells > 0 ? (100 * count) / whiteCells : null,
    finer: [],
  };
}

function sum(counts: readonly ClassCount[]): number {
  return counts.reduce((total, c) => total + c.count, 0);
}
