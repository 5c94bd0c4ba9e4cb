import type { DifferentialCount } from "../api/types";
import { formatCount, formatShare } from "../cells/format";
import classes from "./differential.module.css";

/** How far a count is on its way to the usual numbers of cells. */
export function CountProgress({ found }: { found: DifferentialCount }) {
  const { counted, targets, target, missing, half_width: halfWidth } = found.progress;
  const last = targets.at(-1) ?? target;
  const words = `${formatCount(counted)} of ${formatCount(target)} ${found.counted_cells}`;
  return (
    <div className={classes.progress}>
      <p>
        <b>{words}</b>
        {found.pictures > 1 && <> in {found.pictures} pictures</>}
        {missing > 0 && <span>{formatCount(missing)} to go</span>}
      </p>
      <div
        className={classes.way}
        role="progressbar"
        aria-label="Cells counted"
        aria-valuemin={0}
        aria-valuemax={target}
        aria-valuenow={Math.min(counted, target)}
        aria-valuetext={words}
      >
        <i style={{ width: `${(100 * Math.min(counted, last)) / last}%` }} />
        {targets.map((one) => (
          <span key={one} style={{ left: `${(100 * one) / last}%` }} data-reached={counted >= one || undefined}>
            {one}
          </span>
        ))}
      </div>
      {halfWidth !== null && <p className={classes.note}>The widest interval reaches ± {formatShare(halfWidth)} percentage points.</p>}
    </div>
  );
}
