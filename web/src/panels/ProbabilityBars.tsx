import { styleOf, type ClassStyles } from "../cells/classStyles";
import { capitalised, formatPercent } from "../cells/format";
import { rankedClasses } from "../cells/predictions";
import classes from "./panels.module.css";

const SHOWN = 3;
/** Finer classes less probable than this say nothing more. */
const FINER_FROM = 0.005;

interface Props {
  probabilities: Record<string, number>;
  styles: ClassStyles;
}

/** The most probable classes with their probabilities, finer classes under the group that they belong to. */
export function ProbabilityBars({ probabilities, styles }: Props) {
  return (
    <ul className={classes.bars} aria-label="Most probable classes">
      {rankedClasses(probabilities, styles, SHOWN).map((ranked) => (
        <li key={ranked.key}>
          <Bar name={styleOf(styles, ranked.key).name} probability={ranked.probability} />
          {ranked.finer.length > 0 && (
            <ul className={classes.finerBars} aria-label={`Kinds of ${styleOf(styles, ranked.key).name}`}>
              {ranked.finer
                .filter((finer) => finer.probability >= FINER_FROM)
                .map((finer) => (
                  <li key={finer.key}>
                    <Bar name={styleOf(styles, finer.key).name} probability={finer.probability} />
                  </li>
                ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}

function Bar({ name, probability }: { name: string; probability: number }) {
  return (
    <span className={classes.bar}>
      <span>{capitalised(name)}</span>
      <b>{formatPercent(probability)}</b>
      <i aria-hidden="true">
        <i style={{ width: `${Math.min(100, 100 * probability)}%` }} />
      </i>
    </span>
  );
}
