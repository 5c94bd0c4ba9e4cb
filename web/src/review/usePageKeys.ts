import { useEffect, useEffectEvent } from "react";

import type { ClassKey } from "./classKeys";
import { actionOf, belongsTo, type ReviewAction } from "./reviewKeys";

/** Hands on what keys mean, wherever the focus is, unless they belong to what has it. */
export function usePageKeys(keys: readonly ClassKey[], single: boolean, onAction: (action: ReviewAction) => void): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || belongsTo(document.activeElement, event.key)) return;
    const action = actionOf(event, keys, single);
    if (!action) return;
    event.preventDefault();
    onAction(action);
  });
  useEffect(() => {
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}
