import { TextInput } from "@mantine/core";

import { capitalised } from "../cells/format";
import { problemsOf, type RangeRow } from "./rangeRows";
import classes from "./ranges.module.css";

interface Props {
  rows: readonly RangeRow[];
  readOnly: boolean;
  onChange: (row: RangeRow) => void;
}

/** Ranges of one material, a row each. */
export function RangesTable({ rows, readOnly, onChange }: Props) {
  return (
    <table className={classes.table}>
      <caption className="visually-hidden">Lower and upper end of each range, and where the figures stand</caption>
      <thead>
        <tr>
          <th scope="col">Cells</th>
          <th scope="col">From</th>
          <th scope="col">To</th>
          <th scope="col">Source</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.key} row={row} readOnly={readOnly} onChange={onChange} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row, readOnly, onChange }: Omit<Props, "rows"> & { row: RangeRow }) {
  const name = capitalised(row.name);
  const problems = problemsOf(row);
  const field = (key: "low" | "high" | "source", label: string) => (
    <TextInput
      aria-label={`${name}: ${label}`}
      value={row[key]}
      readOnly={readOnly}
      error={problems[key]}
      onChange={(event) => onChange({ ...row, [key]: event.currentTarget.value })}
      {...(key === "source" ? { placeholder: "none" } : { inputMode: "decimal" as const, rightSection: row.unit === "%" ? "%" : null })}
    />
  );
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{field("low", "from")}</td>
      <td>{field("high", "to")}</td>
      <td>{field("source", "source")}</td>
    </tr>
  );
}
