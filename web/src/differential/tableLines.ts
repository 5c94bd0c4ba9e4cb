/** A differential as the lines of a table: what is counted, what stands beside it, red cells and platelets. */
import type { DifferentialCount, DifferentialRow } from "../api/types";
import { capitalised, formatShare } from "../cells/format";

export interface Line {
  key: string;
  name: string;
  count: number;
  /** Share with interval, range and standing; null outside the percentages. */
  share: Pick<DifferentialRow, "percent" | "low" | "high" | "reference" | "standing"> | null;
  /** What stands in place of a share: "12 / 100". */
  ratio: string | null;
  /** Lines that this one is the sum of, those with cells. */
  finer: Line[];
  /** Labels of the cells that it counts. */
  labels: string[];
}

export interface LineGroup {
  key: "counted" | "apart" | "red_cells" | "platelets";
  name: string;
  total: number;
  lines: Line[];
}

const NUCLEATED_RED_CELLS = "erythroblast";

export function tableGroups(found: DifferentialCount): LineGroup[] {
  const groups: LineGroup[] = [
    { key: "counted", name: capitalised(found.counted_cells), total: found.total, lines: countedLines(found.rows) },
    { key: "apart", name: "Not in the percentages", total: sum(found.apart), lines: apartLines(found) },
    redCells(found),
    platelets(found),
  ];
  return groups.filter((group) => group.lines.length > 0);
}

/** All cells, and lines with cells in the table's order: the first nine have a key of the keyboard each. */
export const cellsOf = (groups: readonly LineGroup[]) => groups.reduce((total, group) => total + group.total, 0);
export const linesWithCells = (groups: readonly LineGroup[]) =>
  groups.flatMap((group) => group.lines.filter((line) => line.count > 0));

function countedLines(rows: readonly DifferentialRow[]): Line[] {
  return rows
    .filter((row) => row.parent === null)
    .map((row) => {
      const below = rows.filter((other) => other.parent === row.key);
      // Cells that are known to be neutrophils and no more are none of its subtypes.
      const alone = row.count > sum(below) || below.length === 0;
      const labels = [...(alone ? [row.key] : []), ...below.map((other) => other.key)];
      const finer = below.filter((other) => other.count > 0).map((other) => counted(other, [other.key], []));
      return counted(row, labels, finer);
    });
}

const counted = (row: DifferentialRow, labels: string[], finer: Line[]): Line => ({
  key: row.key,
  name: row.name,
  count: row.count,
  share: row,
  ratio: null,
  finer,
  labels,
});

function apartLines(found: DifferentialCount): Line[] {
  const per = found.nucleated_red_cells?.value;
  return found.apart.map(({ key, name, count }) => ({
    ...plain(key, name, count),
    ratio: key === NUCLEATED_RED_CELLS && typeof per === "number" ? `${formatShare(per)} / 100` : null,
  }));
}

function redCells({ red_cells: red }: DifferentialCount): LineGroup {
  const infected = red.infected ?? 0;
  const lines = [plain("red_cell", "red cell", red.count - infected)];
  if (red.parasitaemia) {
    lines.push({ ...plain("infected_red_cell", "infected red cell", infected), share: { ...red.parasitaemia, reference: null, standing: null } });
  }
  return { key: "red_cells", name: "Red cells", total: red.count, lines };
}

function platelets({ platelets: { count, clumps } }: DifferentialCount): LineGroup {
  const lines = [plain("platelet", "platelet", count)];
  if (clumps > 0) lines.push(plain("platelet_clump", "platelet clump", clumps));
  return { key: "platelets", name: "Platelets", total: count + clumps, lines };
}

const plain = (key: string, name: string, count: number): Line => ({
  key,
  name,
  count,
  share: null,
  ratio: null,
  finer: [],
  labels: [key],
});

function sum(counts: readonly { count: number }[]): number {
  return counts.reduce((total, { count }) => total + count, 0);
}
