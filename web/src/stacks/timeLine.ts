/** Volumes over time: where points of the plot lie. */
import type { TimePoint } from "./types";

export interface Series {
  key: string;
  name: string;
  colour: string;
  /** Place of the scan on the time axis, and mL; in order of time. */
  points: { place: number; ml: number; cut: boolean }[];
}

export interface TimePlot {
  /** Places of the scans, in days, or counted where days are not known. */
  places: number[];
  inDays: boolean;
  series: Series[];
  /** Upper end of the axis, mL, and the step of its lines. */
  most: number;
  step: number;
}

/** The plot of some scans of one person, largest organ first. */
export function timePlot(scans: readonly TimePoint[]): TimePlot {
  const inDays = scans.every((scan) => scan.days !== null) && new Set(scans.map((scan) => scan.days)).size === scans.length;
  const places = scans.map((scan, at) => (inDays ? (scan.days ?? 0) : at));
  const series = new Map<string, Series>();
  for (const [at, scan] of scans.entries()) {
    for (const { key, name, colour, volume_ml: ml, cut } of scan.organs) {
      const own = series.get(key) ?? { key, name, colour, points: [] };
      own.points.push({ place: places[at] ?? 0, ml, cut });
      series.set(key, own);
    }
  }
  const largest = (one: Series) => Math.max(...one.points.map((point) => point.ml));
  const ordered = [...series.values()].sort((a, b) => largest(b) - largest(a));
  const step = niceStep(Math.max(1e-3, ...ordered.map(largest)) / 4);
  const most = Math.ceil(Math.max(1e-3, ...ordered.map(largest)) / step) * step;
  return { places, inDays, series: ordered, most, step };
}

/** 1, 2 or 5 times a power of ten, at least as large. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((f) => f * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}
