/** What can be drawn over time: each class of one material, and parasitaemia. */
import type { DifferentialRow, SubjectTrend, TrendSmear } from "../api/types";
import type { Band, TrendPoint } from "./trendPlot";

export type Material = TrendSmear["material"];

/** A share of one smear. */
export type SmearShare = TrendPoint & { count: number; smear: TrendSmear };

export interface Series {
  key: string;
  name: string;
  /** What is usual, as the newest smear has it. */
  reference: Band | null;
  points: SmearShare[];
}

const PARASITAEMIA = "parasitaemia";
/** Drawn at first: more plots than these are too many to take in. */
const FIRST_SHOWN = 4;

export const materialsOf = (trend: SubjectTrend): Material[] => [...new Set(trend.points.map((smear) => smear.material))];

/** The types that were looked for in any of the smears, and parasitaemia where red cells were examined. */
export function seriesOf(smears: readonly TrendSmear[]): Series[] {
  const series = new Map<string, Series>();
  const add = (row: Pick<DifferentialRow, "key" | "name" | "count" | "percent" | "low" | "high" | "reference">, smear: TrendSmear) => {
    const own = series.get(row.key) ?? { key: row.key, name: row.name, reference: null, points: [] };
    own.reference = row.reference;
    const { count, percent, low, high } = row;
    if (percent !== null && low !== null && high !== null) own.points.push({ date: smear.date, count, percent, low, high, smear });
    series.set(row.key, own);
  };
  for (const smear of smears) {
    for (const row of smear.differential.rows) if (row.parent === null) add(row, smear);
    const { parasitaemia } = smear.differential.red_cells;
    if (parasitaemia) add({ key: PARASITAEMIA, name: "parasitaemia", reference: null, ...parasitaemia }, smear);
  }
  return [...series.values()].filter((one) => one.points.length > 0);
}

/** Keys of the series that are drawn before somebody chooses: those with most to see. */
export function firstShown(series: readonly Series[]): string[] {
  const most = (one: Series) => Math.max(...one.points.map((point) => point.percent));
  const seen = series.filter((one) => one.points.some((point) => point.count > 0));
  const types = seen.filter((one) => one.key !== PARASITAEMIA).sort((a, b) => most(b) - most(a));
  const chosen = new Set([...types.slice(0, FIRST_SHOWN), ...seen.filter((one) => one.key === PARASITAEMIA)].map((one) => one.key));
  return series.filter((one) => chosen.has(one.key)).map((one) => one.key);
}
