/** Reference ranges as a person types them: text until they are checked. */
import type { ReferenceRange, ReferenceRanges, ReferenceRangesChange } from "../api/types";

export type RangeMaterial = "blood" | "marrow";
type RangeKey = ReferenceRanges["blood_keys"][number];

export interface RangeRow {
  key: string;
  name: string;
  unit: RangeKey["unit"];
  low: string;
  high: string;
  source: string;
}

export type TypedRanges = Record<RangeMaterial, RangeRow[]>;

/** What is wrong with a row's fields; none of a row that can be kept, or that is empty throughout. */
export type RowProblems = Partial<Record<"low" | "high" | "source", string>>;

const LARGEST = { "%": 100, ratio: 1000 } as const;
const LONGEST_SOURCE = 300;

/** A row for everything that may have a range, empty where there is none. */
export function typedRanges(ranges: ReferenceRanges): TypedRanges {
  const rows = (keys: readonly RangeKey[], kept: readonly ReferenceRange[]) =>
    keys.map(({ key, name, unit }) => {
      const own = kept.find((range) => range.key === key);
      return { key, name, unit, low: own ? String(own.low) : "", high: own ? String(own.high) : "", source: own?.source ?? "" };
    });
  return { blood: rows(ranges.blood_keys, ranges.blood), marrow: rows(ranges.marrow_keys, ranges.marrow) };
}

export const isEmpty = (row: RangeRow) => !row.low.trim() && !row.high.trim() && !row.source.trim();

export function problemsOf(row: RangeRow): RowProblems {
  if (isEmpty(row)) return {};
  const most = LARGEST[row.unit];
  const [low, high] = [numberOf(row.low), numberOf(row.high)];
  const problems: RowProblems = {};
  if (low === null || low > most) problems.low = `A number from 0 to ${most}`;
  if (high === null || high > most) problems.high = `A number from 0 to ${most}`;
  else if (low !== null && low > high) problems.high = `At least ${low}`;
  const source = row.source.trim();
  if (!source) problems.source = "Say where the figures stand";
  else if (source.length > LONGEST_SOURCE) problems.source = `At most ${LONGEST_SOURCE} characters`;
  return problems;
}

export const hasProblems = (typed: TypedRanges) =>
  [...typed.blood, ...typed.marrow].some((row) => Object.keys(problemsOf(row)).length > 0);

/** What is to be kept; rows that are empty have no range. Only of rows without problems. */
export function changeOf(typed: TypedRanges): ReferenceRangesChange {
  const ranges = (rows: readonly RangeRow[]) =>
    rows
      .filter((row) => !isEmpty(row))
      .map(({ key, low, high, source }) => ({ key, low: numberOf(low) ?? 0, high: numberOf(high) ?? 0, source: source.trim() }));
  return { blood: ranges(typed.blood), marrow: ranges(typed.marrow) };
}

export const isSame = (a: TypedRanges, b: TypedRanges) => JSON.stringify(changeOf(a)) === JSON.stringify(changeOf(b));

/** "2.5" and, as people write it, "2,5". */
function numberOf(text: string): number | null {
  const plain = text.trim().replace(",", ".");
  return /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
}
