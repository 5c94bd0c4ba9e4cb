import { UnstyledButton } from "@mantine/core";
import { IconEye, IconEyeOff } from "@tabler/icons-react";

import { styleOf, type ClassStyles } from "../cells/classStyles";
import { classKeys, type CountGroup, type CountRow, type Differential } from "../cells/differential";
import { capitalised, formatCount, formatShare, nameWithin } from "../cells/format";
import { ClassSwatch } from "./ClassSwatch";
import classes from "./panels.module.css";

interface Props {
  counts: Differential;
  styles: ClassStyles;
  hiddenClasses: ReadonlySet<string>;
  onToggle: (keys: string[]) => void;
}

/** What was counted; each class can be taken off the picture here. */
export function CountsTable({ counts, styles, hiddenClasses, onToggle }: Props) {
  const outside = counts.groups.some((g) => g.rows.some((r) => r.perHundredWhite !== null && r.count > 0));
  return (
    <section aria-labelledby="counts-title">
      <h2 id="counts-title">Counts</h2>
      <table className={classes.counts}>
        <caption className="visually-hidden">
          Number of cells of each class, and their share of the white cells with the 95 percent interval
        </caption>
        <thead>
          <tr>
            <th scope="col">Class</th>
            <th scope="col">Count</th>
            <th scope="col">
              % of white cells <small>(95 % interval)</small>
            </th>
          </tr>
        </thead>
        {counts.groups.map((group) => (
          <GroupRows key={group.coarse} group={group} styles={styles} hiddenClasses={hiddenClasses} onToggle={onToggle} />
        ))}
        <tfoot>
          <tr>
            <th scope="row">All cells</th>
            <td>{formatCount(counts.total)}</td>
            <td />
          </tr>
        </tfoot>
      </table>
      {counts.unidentified > 0 && (
        <p className={classes.note}>
          {counts.unidentified === 1 ? "One cell was" : `${formatCount(counts.unidentified)} cells were`} not named. The
          percentages leave {counts.unidentified === 1 ? "it" : "them"} out.
        </p>
      )}
      {outside && <p className={classes.note}>Erythroblasts stand outside the differential, per 100 white cells.</p>}
    </section>
  );
}

function GroupRows({ group, styles, hiddenClasses, onToggle }: Omit<Props, "counts"> & { group: CountGroup }) {
  const found = group.rows.filter((r) => r.count > 0);
  // Of a group that was not found, its finer classes need no mention of their own.
  const absent = group.rows.flatMap((r) => (r.count === 0 ? [r] : r.finer.filter((f) => f.count === 0)));
  const single = group.rows.length === 1;
  return (
    <tbody>
      {!single && (
        <tr className={classes.group}>
          <th scope="rowgroup">{group.name}</th>
          <td>{formatCount(group.total)}</td>
          <td />
        </tr>
      )}
      {(single ? group.rows : found).map((row) => (
        <RowWithFiner key={row.key} row={row} styles={styles} hiddenClasses={hiddenClasses} onToggle={onToggle} />
      ))}
      {!single && absent.length > 0 && (
        <tr className={classes.absent}>
          <td colSpan={3}>None found: {absent.map((r) => r.name).join(", ")}</td>
        </tr>
      )}
    </tbody>
  );
}

/** A class, and beneath it the finer classes that it is the sum of. */
function RowWithFiner({ row, styles, hiddenClasses, onToggle }: Omit<Props, "counts"> & { row: CountRow }) {
  const parts = [row, ...row.finer.filter((f) => f.count > 0)];
  return parts.map((part) => (
    <ClassRow
      key={part.key}
      row={part}
      styles={styles}
      shownName={part === row ? part.name : nameWithin(part.name, row.name)}
      finer={part !== row}
      hidden={classKeys(part).every((key) => hiddenClasses.has(key))}
      onToggle={() => onToggle(classKeys(part))}
    />
  ));
}

interface RowProps {
  row: CountRow;
  styles: ClassStyles;
  shownName: string;
  finer: boolean;
  hidden: boolean;
  onToggle: () => void;
}

function ClassRow({ row, styles, shownName, finer, hidden, onToggle }: RowProps) {
  const Eye = hidden ? IconEyeOff : IconEye;
  return (
    <tr data-class={row.key} data-hidden={hidden || undefined} data-finer={finer || undefined}>
      <th scope="row">
        <UnstyledButton
          className={classes.toggle}
          aria-pressed={!hidden}
          aria-label={`${capitalised(row.name)}: outlines ${hidden ? "hidden" : "shown"}`}
          onClick={onToggle}
          disabled={row.count === 0}
        >
          <ClassSwatch style={styleOf(styles, row.key)} dimmed={hidden} />
          <span>{capitalised(shownName)}</span>
          <Eye size={16} stroke={1.6} aria-hidden="true" />
        </UnstyledButton>
      </th>
      <td>{formatCount(row.count)}</td>
      <td>
        <ShareText row={row} />
      </td>
    </tr>
  );
}

function ShareText({ row }: { row: CountRow }) {
  if (row.perHundredWhite !== null) return <>{formatShare(row.perHundredWhite)} / 100</>;
  if (!row.share) return null;
  const { percent, lowPercent, highPercent } = row.share;
  return (
    <>
      {formatShare(percent)} %{" "}
      <small>
        ({formatShare(lowPercent)}–{formatShare(highPercent)})
      </small>
    </>
  );
}
