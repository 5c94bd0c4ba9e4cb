import type { DifferentialCount } from "../api/types";
import { formatCount, formatShare } from "../cells/format";
import classes from "./differential.module.css";

interface Figure {
  name: string;
  value: string;
  hint: string | null;
}

/** What a differential tells beside its rows: ratios of marrow, sizes of red cells, platelets. */
export function FurtherFigures({ found }: { found: DifferentialCount }) {
  const figures = [...marrowFigures(found), ...redCellFigures(found), ...plateletFigures(found)];
  if (figures.length === 0) return null;
  return (
    <dl className={classes.figures}>
      {figures.map(({ name, value, hint }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {value}
            {hint && <small>{hint}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function marrowFigures({ marrow }: DifferentialCount): Figure[] {
  if (!marrow) return [];
  const { me_ratio: ratio, reference, blasts, erythroid } = marrow;
  const usual = (range: { low: number; high: number } | null) => range && `usual ${formatShare(range.low)}–${formatShare(range.high)}`;
  return [
    { name: "M:E ratio", value: withInterval(ratio.value, ratio.low, ratio.high, ""), hint: usual(reference) },
    { name: "Blasts", value: withInterval(blasts.percent, blasts.low, blasts.high, " %"), hint: null },
    {
      name: "All erythroid cells",
      value: withInterval(erythroid.percent, erythroid.low, erythroid.high, " %"),
      hint: usual(erythroid.reference),
    },
  ];
}

function redCellFigures({ red_cells: { sizes } }: DifferentialCount): Figure[] {
  if (!sizes) return [];
  const cells = `${formatCount(sizes.cells)} whole red cells`;
  const variation = { name: "Red cells vary in width by", value: `${formatShare(sizes.variation_percent)} %`, hint: cells };
  if (sizes.mean_um === null || sizes.sd_um === null) return [variation];
  const mean = { name: "Width of red cells", value: `${sizes.mean_um.toFixed(1)} ± ${sizes.sd_um.toFixed(1)} µm`, hint: cells };
  return [mean, { ...variation, hint: null }];
}

function plateletFigures({ platelets: { per_1000_red_cells: ratio } }: DifferentialCount): Figure[] {
  if (ratio.value === null) return [];
  return [{ name: "Platelets per 1000 red cells", value: withInterval(ratio.value, ratio.low, ratio.high, ""), hint: "no concentration" }];
}

/** "2.5 (2.0–3.1)"; an end that is unbounded is left open. */
function withInterval(value: number | null, low: number | null, high: number | null, unit: string): string {
  if (value === null) return "–";
  if (low === null) return `${formatShare(value)}${unit}`;
  return `${formatShare(value)}${unit} (${high === null ? `≥ ${formatShare(low)}` : `${formatShare(low)}–${formatShare(high)}`})`;
}
