/** Keys of the review page. They act wherever the focus is, but never where somebody types. */
import { keyOf, type ClassKey } from "./classKeys";

export type ReviewAction =
  | { kind: "move"; by: 1 | -1; extend: boolean }
  | { kind: "row"; by: 1 | -1; extend: boolean }
  | { kind: "pan"; columns: number; rows: number }
  | { kind: "zoom"; by: 1 | -1 }
  | { kind: "class"; key: ClassKey }
  | { [Kind in Plain]: { kind: Kind } }[Plain];

type Plain = "confirm" | "remove" | "add" | "redraw" | "undo" | "redo" | "all" | "fit" | "leave" | "help";

interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

const COMMANDS: Record<string, ReviewAction> = {
  Enter: { kind: "confirm" },
  " ": { kind: "confirm" },
  Delete: { kind: "remove" },
  Backspace: { kind: "remove" },
  a: { kind: "add" },
  r: { kind: "redraw" },
  "?": { kind: "help" },
  Escape: { kind: "leave" },
  "+": { kind: "zoom", by: 1 },
  "=": { kind: "zoom", by: 1 },
  "-": { kind: "zoom", by: -1 },
  "0": { kind: "fit" },
};
const STEPS: Record<string, { columns: number; rows: number }> = {
  ArrowLeft: { columns: -1, rows: 0 },
  ArrowRight: { columns: 1, rows: 0 },
  ArrowUp: { columns: 0, rows: -1 },
  ArrowDown: { columns: 0, rows: 1 },
  k: { columns: -1, rows: 0 },
  j: { columns: 1, rows: 0 },
};

/** What people may press, in words. */
export const KEY_HELP: [string, string][] = [
  ["J / K, arrows", "next, previous cell; with Shift, several"],
  ["a letter", "name the cell, and go on"],
  ["Enter, Space", "confirm its class, and go on"],
  ["Delete", "remove it: there is no cell"],
  ["A", "add a cell: click it, or draw round it; Enter puts it in the middle"],
  ["R", "draw the chosen cell again"],
  ["Z, Ctrl+Z", "undo"],
  ["Shift+Z, Ctrl+Y", "redo"],
  ["Ctrl+A", "choose all cells of the class that are shown"],
  ["+ / − / 0", "zoom, whole picture"],
  ["Ctrl+arrows", "move the picture"],
  ["Esc", "leave a tool; let go of the cells"],
  ["?", "this list"],
];

/** The action of a key; `single` is whether keys without Ctrl act at all. */
export function actionOf(pressed: Pressed, keys: readonly ClassKey[], single: boolean): ReviewAction | null {
  const key = pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key;
  const step = STEPS[key];
  if (pressed.altKey) return null;
  if (pressed.ctrlKey || pressed.metaKey) {
    if (step && key.startsWith("Arrow")) return { kind: "pan", ...step };
    if (key === "z") return pressed.shiftKey ? { kind: "redo" } : { kind: "undo" };
    if (key === "y") return { kind: "redo" };
    return key === "a" ? { kind: "all" } : null;
  }
  if (!single && key.length === 1) return null;
  if (key === "z") return pressed.shiftKey ? { kind: "redo" } : { kind: "undo" };
  if (step) {
    const extend = pressed.shiftKey;
    if (step.columns !== 0) return { kind: "move", by: step.columns > 0 ? 1 : -1, extend };
    return { kind: "row", by: step.rows > 0 ? 1 : -1, extend };
  }
  const named = keyOf(keys, key);
  return named ? { kind: "class", key: named } : (COMMANDS[key] ?? null);
}

const TYPING = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable=true], [role=dialog], [role=menu], [role=listbox]";
const PRESSED_ITSELF = "button, a, summary, input, [role=slider], [role=option]";
const OF_ITS_OWN: ReadonlySet<string> = new Set(["Enter", " "]);
const STEERED = "input, [role=slider], [role=tablist]";

/** Whether a key belongs to what has the focus, and not to the page. */
export function belongsTo(target: Element | null, key: string): boolean {
  if (!target) return false;
  if (target.closest(TYPING)) return true;
  if (target.closest("[data-review-keys]")) return false;
  if (OF_ITS_OWN.has(key)) return target.closest(PRESSED_ITSELF) !== null;
  return key.startsWith("Arrow") && target.closest(STEERED) !== null;
}
