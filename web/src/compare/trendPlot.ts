/** A class's share over time: where points, bands and ticks of the plot lie. */
import { niceStep } from "../stacks/timeLine";

/** A share at one time, in percent, with its 95 % interval. */
export interface TrendPoint {
  /** ISO 8601 date. */
  date: string;
  percent: number;
  low: number;
  high: number;
}

export interface Band {
  low: number;
  high: number;
}

export interface TrendAxes {
  /** First and last day, counted from 1970. */
  first: number;
  last: number;
  /** Upper end of the percentages, and the step of their lines. */
  most: number;
  step: number;
}

const DAY_MS = 86_400_000;
const GRID_LINES = 4;
const LEAST_PERCENT = 1;

export const dayOf = (date: string) => Math.floor(Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / DAY_MS);

/** Axes that hold all points, their intervals and the reference range, and never more than 100 %. */
export function trendAxes(points: readonly TrendPoint[], reference: Band | null, days: readonly number[]): TrendAxes {
  const largest = Math.max(LEAST_PERCENT, reference?.high ?? 0, ...points.map((point) => point.high));
  const step = niceStep(Math.min(100, largest) / GRID_LINES);
  return {
    first: Math.min(...days),
    last: Math.max(...days),
    most: Math.min(100, Math.ceil((largest - 1e-9) / step) * step),
    step,
  };
}

/** Days that are named below the axis: the first, and of the others those that have room, the last before the rest. */
export function namedDays(days: readonly number[], at: (day: number) => number, leastApart: number): number[] {
  const sorted = [...new Set(days)].sort((a, b) => a - b);
  const last = sorted.at(-1);
  if (last === undefined) return [];
  const kept: number[] = [];
  for (const day of sorted) {
    const before = kept.at(-1);
    const roomBefore = before === undefined || at(day) - at(before) >= leastApart;
    const roomAfter = day === last || kept.length === 0 || at(last) - at(day) >= leastApart;
    if (roomBefore && roomAfter) kept.push(day);
  }
  return kept;
}

/** "3 Mar 2026" of a day counted from 1970. */
export function formatDay(day: number): string {
  return new Date(day * DAY_MS).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
}
