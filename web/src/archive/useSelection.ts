import { useMemo, useState } from "react";

import type { CaseDocument } from "../api/types";
import { between } from "./between";

/** Which cases of a list are chosen. */
export function useSelection(cases: readonly CaseDocument[]) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [lastId, setLastId] = useState<string | null>(null);
  const chosen = useMemo(() => cases.filter((one) => selected.has(one.id)), [cases, selected]);

  /** With `range`, all from the one before to this one. */
  const select = (id: string, on: boolean, range: boolean) => {
    const ids = range && lastId !== null ? between(cases, lastId, id) : [id];
    setSelected((before) => (on ? new Set([...before, ...ids]) : new Set([...before].filter((one) => !ids.includes(one)))));
    setLastId(id);
  };
  const selectAll = (on: boolean) => setSelected(new Set(on ? cases.map((one) => one.id) : []));
  return { selected, chosen, select, selectAll };
}
