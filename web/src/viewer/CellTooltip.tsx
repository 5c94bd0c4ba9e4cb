import type { Cell } from "../api/types";
import { styleOf, type ClassStyles } from "../cells/classStyles";
import { capitalised, formatPercent } from "../cells/format";
import classes from "./stage.module.css";
import { toScreen, type View } from "./view";

const WIDTH_PX = 200;

/** Class, confidence and runners-up beside the cell under the pointer. */
export function CellTooltip({ cell, view, styles }: { cell: Cell; view: View; styles: ClassStyles }) {
  const [right, top] = toScreen(view, cell.box[2], cell.box[1]);
  const [left] = toScreen(view, cell.box[0], cell.box[1]);
  const fitsRight = right + WIDTH_PX + 16 < view.width;
  const x = fitsRight ? right + 10 : Math.max(8, left - WIDTH_PX - 10);
  const y = Math.min(Math.max(8, top), view.height - 96);
  const others = Object.entries(cell.probabilities).filter(([key]) => key !== cell.best);
  const style = styleOf(styles, cell.label);
  return (
    <div className={classes.tooltip} style={{ left: x, top: y, width: WIDTH_PX }} aria-hidden="true">
      <strong style={{ borderColor: style.colour }}>{capitalised(style.name)}</strong>
      <b>{cell.unidentified ? "?" : formatPercent(cell.confidence)}</b>
      {cell.unidentified && (
        <span>
          best guess {styleOf(styles, cell.best).name}
          <em>{formatPercent(cell.confidence)}</em>
        </span>
      )}
      {others.slice(0, 2).map(([key, probability]) => (
        <span key={key}>
          {styleOf(styles, key).name}
          <em>{formatPercent(probability)}</em>
        </span>
      ))}
    </div>
  );
}
