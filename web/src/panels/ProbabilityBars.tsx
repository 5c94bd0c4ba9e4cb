import { styleOf, type ClassStyles } from "../cells/classStyles";
import { capitalised, formatPercent } from "../cells/format";
import classes from "./panels.module.css";

const SHOWN = 3;

interface Props {
  probabilities: Record<string, number>;
  styles: ClassStyles;
}

/** The most probable classes with their probabilities. */
export function ProbabilityBars({ probabilities, styles }: Props) {
  const best = Object.entries(probabilities)
    .sort((a, b) => b[1] - a[1])
    .slice(0, SHOWN);
  return (
    <ul className={classes.bars} aria-label="Most probable classes">
      {best.map(([key, probability]) => (
        <li key={key}>
          <span>{capitalised(styleOf(styles, key).name)}</span>
          <b>{formatPercent(probability)}</b>
          <i aria-hidden="true">
            <i style={{ width: `${100 * probability}%` }} />
          </i>
        </li>
      ))}
    </ul>
  );
}
