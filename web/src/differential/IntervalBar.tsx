import type { Line } from "./tableLines";
import classes from "./differential.module.css";
import { placeOf, TICKS } from "./scale";

/** A share as a dot with its 95 % interval, and what is usual as a block behind it. */
export function IntervalBar({ share }: { share: NonNullable<Line["share"]> }) {
  const { percent, low, high, reference, standing } = share;
  return (
    <div className={classes.bar} aria-hidden="true" data-standing={standing ?? undefined}>
      {TICKS.map((tick) => (
        <i key={tick} className={classes.tick} style={{ left: `${placeOf(tick)}%` }} />
      ))}
      {reference && <i className={classes.usual} style={between(reference.low, reference.high)} />}
      {percent !== null && low !== null && high !== null && (
        <>
          <i className={classes.interval} style={between(low, high)} />
          <i className={classes.dot} style={{ left: `${placeOf(percent)}%` }} />
        </>
      )}
    </div>
  );
}

/** The figures below the bars' heading. */
export function BarAxis() {
  return (
    <div className={classes.axis} aria-hidden="true">
      {TICKS.map((tick) => (
        <span key={tick} style={{ left: `${placeOf(tick)}%` }}>
          {tick}
        </span>
      ))}
    </div>
  );
}

const between = (low: number, high: number) => ({ left: `${placeOf(low)}%`, width: `${placeOf(high) - placeOf(low)}%` });
