import type { Cell } from "../api/types";
import { styleOf, type ClassStyles } from "../cells/classStyles";
import { capitalised, formatPercent } from "../cells/format";
import { describeReview, isNamed } from "../cells/predictions";
import { ClassSwatch } from "../panels/ClassSwatch";
import classes from "./review.module.css";

const RUNNERS_UP = 2;

interface Props {
  cells: readonly Cell[];
  styles: ClassStyles;
  /** What the page asks for at the moment, in place of the cell: how a tool is used. */
  hint: string | null;
}

/** What is known of the chosen cell in one line; of several, how many they are. */
export function ChosenLine({ cells, styles, hint }: Props) {
  const [cell] = cells;
  if (hint) return <p className={classes.chosen}>{hint}</p>;
  if (!cell) return <p className={classes.chosen}>Choose a cell here or on the picture.</p>;
  if (cells.length > 1) return <p className={classes.chosen}>{cells.length} cells chosen</p>;
  const name = (key: string) => styleOf(styles, key).name;
  const others = Object.entries(cell.probabilities).filter(([key]) => key !== cell.best);
  return (
    <p className={classes.chosen}>
      <ClassSwatch style={styleOf(styles, cell.label)} />
      <b>{capitalised(name(cell.label))}</b>
      <span>{isNamed(cell) ? describeReview(cell, styles) : guesses(cell, name)}</span>
      {!isNamed(cell) && others.slice(0, RUNNERS_UP).map(([key, p]) => <span key={key}>{`${name(key)} ${formatPercent(p)}`}</span>)}
    </p>
  );
}

function guesses(cell: Cell, name: (key: string) => string): string {
  if (!cell.unidentified) return formatPercent(cell.confidence);
  return cell.best === "white_cell" ? "to be named" : `best guess ${name(cell.best)} ${formatPercent(cell.confidence)}`;
}
