import { Skeleton, Switch } from "@mantine/core";
import { IconUserCheck } from "@tabler/icons-react";
import { useState } from "react";

import { styleOf, type ClassStyles } from "../cells/classStyles";
import { breakable, capitalised, formatPercent } from "../cells/format";
import { Link } from "../frame/Link";
import { Problem } from "../frame/Problem";
import { caseHref } from "../routing";
import classes from "./explain.module.css";
import { describeNearest, describeNeighbours } from "./neighbours";
import { cellCropUrl, useSimilarCells, type SimilarCell } from "./similarApi";

interface Props {
  caseId: string;
  cellId: number;
  styles: ClassStyles;
}

const MOST = 12;
const CROP_PX = 160;

/** The cells of the archive that look most like this one, with what they are called. */
export function SimilarCells({ caseId, cellId, styles }: Props) {
  const [othersOnly, setOthersOnly] = useState(false);
  const similar = useSimilarCells(caseId, cellId, { limit: MOST, othersOnly });
  return (
    <section className={classes.similar} aria-labelledby="similar-title">
      <h3 id="similar-title">Cells that look like it</h3>
      <Switch
        size="sm"
        label="Other pictures only"
        checked={othersOnly}
        onChange={(event) => setOthersOnly(event.currentTarget.checked)}
      />
      {similar.data ? (
        <Found cells={similar.data} styles={styles} />
      ) : similar.error ? (
        <Problem className={classes.failed} onRetry={similar.refetch}>
          {similar.error.message}
        </Problem>
      ) : (
        <div role="status" aria-label="Looking for similar cells" className={classes.alike}>
          {[0, 1, 2, 3].map((place) => (
            <Skeleton key={place} className={classes.crop} />
          ))}
        </div>
      )}
    </section>
  );
}

function Found({ cells, styles }: { cells: readonly SimilarCell[]; styles: ClassStyles }) {
  if (cells.length === 0) {
    return <p className={classes.words}>There is no other cell to compare yet. They come with more pictures of the same material.</p>;
  }
  return (
    <>
      <p className={classes.neighbours}>
        {describeNeighbours(cells, styles)} {describeNearest(cells)}
      </p>
      <ul className={classes.alike}>
        {cells.map((cell) => (
          <li key={`${cell.case_id} ${cell.cell_id}`}>
            <Alike cell={cell} styles={styles} />
          </li>
        ))}
      </ul>
      <p className={classes.words}>
        Likeness is what the classifier sees in both pictures. It shares the classifier&apos;s mistakes: only where a
        person <IconUserCheck size={14} stroke={1.8} aria-label="(a figure with a tick)" role="img" /> reviewed a cell is
        its name more than the machine&apos;s opinion.
      </p>
    </>
  );
}

function Alike({ cell, styles }: { cell: SimilarCell; styles: ClassStyles }) {
  const style = styleOf(styles, cell.label);
  const likeness = formatPercent(Math.max(0, cell.similarity));
  return (
    <Link
      href={caseHref(cell.case_id, cell.cell_id)}
      className={classes.tile}
      title={cell.case_name}
      aria-label={`${capitalised(style.name)}${cell.reviewed ? ", reviewed" : ""}, likeness ${likeness}, in ${cell.case_name}: open it`}
    >
      <img className={classes.crop} src={cellCropUrl(cell.case_id, cell.cell_id, CROP_PX)} alt="" loading="lazy" />
      <span>
        <i className={classes.dot} style={{ background: style.colour }} aria-hidden="true" />
        {breakable(capitalised(style.name))}
        {cell.reviewed && <IconUserCheck size={14} stroke={1.8} className={classes.tick} aria-hidden="true" />}
      </span>
      <small>{likeness}</small>
    </Link>
  );
}
