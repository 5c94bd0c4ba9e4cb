import { useCallback, useMemo, useState } from "react";

import type { Cell, Findings } from "../api/types";
import { neighbour, readingOrder } from "../cells/readingOrder";

export interface CellChoice {
  selected: Cell | null;
  position: { place: number; of: number } | null;
  hiddenClasses: ReadonlySet<string>;
  select: (cell: Cell | null) => void;
  /** The next or previous cell among those shown; selects it. */
  step: (by: 1 | -1) => Cell | null;
  toggleClasses: (keys: readonly string[]) => void;
}

const NONE: readonly Cell[] = [];

/** Which cell is selected and which classes are off the picture. */
export function useCellChoice(findings: Findings | undefined, firstId: number | null): CellChoice {
  const [chosen, select] = useState<Cell | null | undefined>(undefined);
  // Until somebody chooses, it is the cell that the address names.
  const selected = chosen === undefined ? (findings?.cells.find((cell) => cell.id === firstId) ?? null) : chosen;
  const [hiddenClasses, setHidden] = useState<ReadonlySet<string>>(new Set());
  const ordered = useMemo(() => readingOrder(findings?.cells ?? NONE), [findings]);
  const shown = useMemo(() => ordered.filter((c) => !hiddenClasses.has(c.label)), [ordered, hiddenClasses]);

  const step = (by: 1 | -1) => {
    const next = neighbour(shown, selected?.id ?? null, by);
    select(next);
    return next;
  };
  const toggleClasses = useCallback((keys: readonly string[]) => {
    setHidden((hidden) => {
      const allHidden = keys.every((k) => hidden.has(k));
      return allHidden ? new Set([...hidden].filter((k) => !keys.includes(k))) : new Set([...hidden, ...keys]);
    });
  }, []);
  const place = selected ? shown.findIndex((c) => c.id === selected.id) + 1 : 0;
  const position = place > 0 ? { place, of: shown.length } : null;
  return { selected, position, hiddenClasses, select, step, toggleClasses };
}
