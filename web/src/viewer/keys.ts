/** Keys of the stage. They act only while the stage has the focus, so that they disturb no other input. */

export type StageAction =
  | { kind: "step"; by: 1 | -1 }
  | { kind: "zoom"; by: 1 | -1 }
  | { kind: "pan"; columns: number; rows: number }
  | { kind: "fit" }
  | { kind: "outlines" }
  | { kind: "nuclei" }
  | { kind: "map" }
  | { kind: "deselect" }
  | { kind: "toggleClass"; place: number };

interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

const ACTIONS: Record<string, StageAction> = {
  n: { kind: "step", by: 1 },
  p: { kind: "step", by: -1 },
  "+": { kind: "zoom", by: 1 },
  "=": { kind: "zoom", by: 1 },
  "-": { kind: "zoom", by: -1 },
  "0": { kind: "fit" },
  o: { kind: "outlines" },
  u: { kind: "nuclei" },
  m: { kind: "map" },
  Escape: { kind: "deselect" },
  ArrowLeft: { kind: "pan", columns: -1, rows: 0 },
  ArrowRight: { kind: "pan", columns: 1, rows: 0 },
  ArrowUp: { kind: "pan", columns: 0, rows: -1 },
  ArrowDown: { kind: "pan", columns: 0, rows: 1 },
};

/** What people may press, in words. */
export const KEY_HELP: [string, string][] = [
  ["N / P", "next, previous cell"],
  ["1 – 9", "show or hide a class, in the table's order"],
  ["+ / −", "zoom"],
  ["0", "whole picture"],
  ["Arrows", "move the picture"],
  ["O", "outlines on or off"],
  ["U", "nuclei on or off"],
  ["M", "map on or off"],
  ["Esc", "let go of the cell"],
];

export function actionOf(pressed: Pressed): StageAction | null {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return null;
  const key = pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key;
  if (/^[1-9]$/.test(key)) return { kind: "toggleClass", place: Number(key) - 1 };
  return ACTIONS[key] ?? null;
}
