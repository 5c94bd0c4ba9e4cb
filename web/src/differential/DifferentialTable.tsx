import { UnstyledButton } from "@mantine/core";
import { IconEye, IconEyeOff } from "@tabler/icons-react";
import { Fragment } from "react";

import { styleOf, type ClassStyles } from "../cells/classStyles";
import { breakable, capitalised, formatCount, formatShare, nameWithin } from "../cells/format";
import { ClassSwatch } from "../panels/ClassSwatch";
import classes from "./differential.module.css";
import { BarAxis, IntervalBar } from "./IntervalBar";
import { cellsOf, type Line, type LineGroup } from "./tableLines";

/** Classes that can be taken off a picture. */
export interface ClassToggles {
  hidden: ReadonlySet<string>;
  onToggle: (labels: string[]) => void;
}

interface Props {
  groups: readonly LineGroup[];
  styles: ClassStyles;
  /** None where there is no picture beside the table. */
  toggles?: ClassToggles;
}

/** Groups whose name says what their line does not. */
const NAMED: ReadonlySet<LineGroup["key"]> = new Set(["counted", "apart"]);

/** What was counted, with percentages, their intervals and what is usual. */
export function DifferentialTable({ groups, styles, toggles }: Props) {
  return (
    <table className={classes.table}>
      <caption className="visually-hidden">
        Number of cells of each class, and percentages with their 95 percent intervals and reference ranges
      </caption>
      <thead>
        <tr>
          <th scope="col">Class</th>
          <th scope="col">Count</th>
          <th scope="col" aria-label="Percent, with 95 percent interval">
            % <small>interval</small>
          </th>
          <th scope="col" aria-label="Reference range in percent">
            Reference
            <BarAxis />
          </th>
        </tr>
      </thead>
      {groups.map((group) => (
        <tbody key={group.key}>
          {(group.lines.length > 1 || NAMED.has(group.key)) && (
            <tr className={classes.group}>
              <th scope="rowgroup">{group.name}</th>
              <td>{formatCount(group.total)}</td>
              <td colSpan={2} />
            </tr>
          )}
          {group.lines.map((line) => (
            <LineWithFiner key={line.key} line={line} styles={styles} {...(toggles && { toggles })} />
          ))}
        </tbody>
      ))}
      <tfoot>
        <tr>
          <th scope="row">All cells</th>
          <td>{formatCount(cellsOf(groups))}</td>
          <td colSpan={2} />
        </tr>
      </tfoot>
    </table>
  );
}

interface LineProps {
  line: Line;
  styles: ClassStyles;
  toggles?: ClassToggles;
}

function LineWithFiner({ line, ...rest }: LineProps) {
  return [line, ...line.finer].map((part) => (
    <ClassLine key={part.key} line={part} shownName={part === line ? line.name : nameWithin(part.name, line.name)} finer={part !== line} {...rest} />
  ));
}

function ClassLine({ line, shownName, finer, styles, toggles }: LineProps & { shownName: string; finer: boolean }) {
  const hidden = toggles !== undefined && line.labels.every((label) => toggles.hidden.has(label));
  const name = (
    <>
      <ClassSwatch style={styleOf(styles, line.key)} dimmed={hidden} />
      <span>
        <PartedName name={capitalised(shownName)} />
      </span>
    </>
  );
  const Eye = hidden ? IconEyeOff : IconEye;
  return (
    <tr data-class={line.key} data-finer={finer || undefined} data-none={line.count === 0 || undefined}>
      <th scope="row">
        {toggles ? (
          <UnstyledButton
            className={classes.name}
            aria-pressed={!hidden}
            onClick={() => toggles.onToggle(line.labels)}
            disabled={line.count === 0}
          >
            {/* The short name on the swatch would otherwise be missing from the button's name (WCAG 2.5.3). */}
            <span className={classes.seen} aria-hidden="true">
              {name}
            </span>
            <span className="visually-hidden">{`${capitalised(line.name)}: outlines ${hidden ? "hidden" : "shown"}`}</span>
            <Eye size={16} stroke={1.6} aria-hidden="true" />
          </UnstyledButton>
        ) : (
          <span className={classes.name}>{name}</span>
        )}
      </th>
      <td>{formatCount(line.count)}</td>
      <td>
        <ShareText line={line} />
      </td>
      <td>{line.share && <UsualText share={line.share} />}</td>
    </tr>
  );
}

/** A name that may be parted between its parts. Not by soft hyphens: what is read out must be what is seen. */
function PartedName({ name }: { name: string }) {
  return breakable(name)
    .split("\u00ad")
    .map((part, at) => (
      <Fragment key={part}>
        {at > 0 && <wbr />}
        {part}
      </Fragment>
    ));
}

function ShareText({ line: { share, ratio } }: { line: Line }) {
  if (ratio !== null) return <>{ratio}</>;
  if (!share) return null;
  const { percent, low, high } = share;
  if (percent === null || low === null || high === null) return <>–</>;
  return (
    <>
      {formatShare(percent)} %{" "}
      <small>
        {formatShare(low)}–{formatShare(high)}
      </small>
    </>
  );
}

const BESIDE = { within: null, may_be_below: "low?", below: "low", may_be_above: "high?", above: "high" } as const;

function UsualText({ share }: { share: NonNullable<Line["share"]> }) {
  const { reference, standing } = share;
  const beside = standing && BESIDE[standing];
  return (
    <>
      <IntervalBar share={share} />
      {reference && (
        <small data-standing={standing ?? undefined}>
          {beside && <b>{beside} </b>}
          {formatShare(reference.low)}–{formatShare(reference.high)}
        </small>
      )}
    </>
  );
}
