import { IconHelpCircle } from "@tabler/icons-react";

import type { Cell } from "../api/types";
import { styleOf, type ClassStyles } from "../cells/classStyles";
import { capitalised, formatPercent } from "../cells/format";
import { describeReview, describeSet, doubtOf, hasSet, isNamed, type Doubt, type Predicted } from "../cells/predictions";
import { ClassSwatch } from "./ClassSwatch";
import classes from "./panels.module.css";
import { ProbabilityBars } from "./ProbabilityBars";

interface Props {
  cell: Predicted & Partial<Pick<Cell, "reviewed">>;
  styles: ClassStyles;
  /** Share of cells whose true class is in their set; null from a model without sets. */
  level: number | null;
}

/** Class and probability in one line; a guess is called a guess, and a person's word a person's. */
export function VerdictLine({ cell, styles }: Omit<Props, "level">) {
  const sure = formatPercent(cell.confidence);
  const said = isNamed(cell) && cell.reviewed ? describeReview({ label: cell.label, reviewed: cell.reviewed }, styles) : null;
  return (
    <div className={classes.verdict}>
      <ClassSwatch style={styleOf(styles, cell.label)} />
      {said ? (
        <span>{capitalised(said)}</span>
      ) : cell.unidentified ? (
        <span>
          Best guess: {styleOf(styles, cell.best).name}, {sure}
        </span>
      ) : (
        <span>{sure} confident</span>
      )}
    </div>
  );
}

/** How far the machine's class may be believed: the prediction set, what is doubtful, and the runners-up. */
export function Verdict({ cell, styles, level }: Props) {
  if (isNamed(cell)) return null;
  const doubt = doubtOf(cell);
  return (
    <>
      {doubt && (
        <p className={classes.unsure} data-doubt={doubt}>
          <IconHelpCircle size={18} stroke={1.7} aria-hidden="true" />
          <span>{DOUBTS[doubt]}</span>
        </p>
      )}
      {level !== null && hasSet(cell) && (
        <p className={classes.set} title={`The true class is in the set of ${formatPercent(level)} of familiar cells.`}>
          <b>{formatPercent(level)} set</b> {describeSet(cell, styles)}
          {cell.unidentified && "; it holds for familiar cells only"}
        </p>
      )}
      <ProbabilityBars probabilities={cell.probabilities} styles={styles} />
    </>
  );
}

const DOUBTS: Record<Doubt, string> = {
  unidentified: "Not named: it looks unlike the cells that the classifier has learnt. Its best guess is only a guess.",
  untypical: "Look at it: it is typical of none of the classes, though it looks familiar.",
  several: "Not certain: more than one class is plausible.",
  unsure: "Not certain: look at the runners-up.",
};
