import { Button } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";

import type { ReferenceRanges } from "../api/types";
import page from "../frame/page.module.css";
import { useSetReferenceRanges } from "./differentialApi";
import { changeOf, hasProblems, isSame, typedRanges, type RangeMaterial, type RangeRow, type TypedRanges } from "./rangeRows";
import classes from "./ranges.module.css";
import { RangesTable } from "./RangesTable";
import { useUnsavedWarning } from "./useUnsavedWarning";

interface Props {
  ranges: ReferenceRanges;
  mayChange: boolean;
}

const TITLES: [RangeMaterial, string][] = [
  ["blood", "Blood"],
  ["marrow", "Bone marrow"],
];

/** The ranges as a table to type into; nothing is kept before it is saved. */
export function RangesForm({ ranges, mayChange }: Props) {
  const [kept, setKept] = useState(() => typedRanges(ranges));
  const [typed, setTyped] = useState(kept);
  const [tried, setTried] = useState(false);
  const saving = useSetReferenceRanges();
  const changed = !isSame(typed, kept);
  useUnsavedWarning(changed);

  const show = (now: ReferenceRanges) => {
    const fresh = typedRanges(now);
    setKept(fresh);
    setTyped(fresh);
    setTried(false);
  };
  const save = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (!hasProblems(typed)) saving.mutate(changeOf(typed), { onSuccess: show });
  };
  return (
    <form className={classes.form} onSubmit={save} noValidate>
      <p className={page.note}>{whose(ranges)}</p>
      {!mayChange && <p className={page.note}>An admin may change them.</p>}
      {TITLES.map(([material, title]) => (
        <section key={material} className={page.card} aria-labelledby={`${material}-title`}>
          <h2 id={`${material}-title`}>{title}</h2>
          <RangesTable
            rows={typed[material]}
            readOnly={!mayChange}
            onChange={(row) => setTyped((now) => withRow(now, material, row))}
          />
        </section>
      ))}
      {mayChange && (
        <div className={classes.actions}>
          <Button type="submit" disabled={!changed} loading={saving.isPending}>
            Save
          </Button>
          <Button variant="default" disabled={!changed} onClick={() => setTyped(kept)}>
            Discard changes
          </Button>
          <Button
            variant="subtle"
            color="gray"
            disabled={ranges.is_default || saving.isPending}
            onClick={() => saving.mutate({ blood: null, marrow: null }, { onSuccess: show })}
          >
            Back to those of Cytovox
          </Button>
          <p role="status">
            {changed && "There are unsaved changes."}
            {!changed && saving.isSuccess && "Saved."}
          </p>
          {tried && hasProblems(typed) && <p role="alert">Some rows cannot be kept as they are. They say what is missing.</p>}
          {saving.error && <p role="alert">{saving.error.message}</p>}
        </div>
      )}
    </form>
  );
}

const withRow = (typed: TypedRanges, material: RangeMaterial, row: RangeRow): TypedRanges => ({
  ...typed,
  [material]: typed[material].map((own) => (own.key === row.key ? row : own)),
});

function whose({ is_default: isDefault, changed_by: by, changed_utc: utc }: ReferenceRanges): string {
  if (isDefault || utc === null) return "These are the ranges that come with Cytovox.";
  const date = new Date(utc).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
  return `Set by ${by ?? "somebody"} on ${date}.`;
}
