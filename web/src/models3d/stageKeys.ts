/** Keys of the 3D stage. They act only while the stage has the focus. */
import { SECTION_STEP } from "./viewSettings";

export type StageAction =
  | { kind: "turn"; across: number; up: number }
  | { kind: "zoom"; by: 1 | -1 }
  | { kind: "reset" }
  | { kind: "toggleSection" }
  | { kind: "moveSection"; by: number }
  | { kind: "toggleLabels" }
  | { kind: "beside" }
  | { kind: "fullScreen" }
  | { kind: "step"; by: 1 | -1 };

interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

const ACTIONS: Record<string, StageAction> = {
  ArrowLeft: { kind: "turn", across: -1, up: 0 },
  ArrowRight: { kind: "turn", across: 1, up: 0 },
  ArrowUp: { kind: "turn", across: 0, up: 1 },
  ArrowDown: { kind: "turn", across: 0, up: -1 },
  "+": { kind: "zoom", by: 1 },
  "=": { kind: "zoom", by: 1 },
  "-": { kind: "zoom", by: -1 },
  "0": { kind: "reset" },
  c: { kind: "toggleSection" },
  "[": { kind: "moveSection", by: -SECTION_STEP },
  "]": { kind: "moveSection", by: SECTION_STEP },
  ",": { kind: "moveSection", by: -SECTION_STEP },
  ".": { kind: "moveSection", by: SECTION_STEP },
  l: { kind: "toggleLabels" },
  t: { kind: "beside" },
  f: { kind: "fullScreen" },
  n: { kind: "step", by: 1 },
  p: { kind: "step", by: -1 },
};

/** What people may press, in words. */
export const KEY_HELP: [string, string][] = [
  ["Arrows", "turn"],
  ["+ / −", "zoom"],
  ["0", "as at first"],
  ["C", "cut open, close"],
  [", / .", "move the cut"],
  ["L", "names on or off"],
  ["T", "textbook beside it"],
  ["N / P", "next, previous cell"],
  ["F", "full screen"],
];

export function actionOf(pressed: Pressed): StageAction | null {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return null;
  return ACTIONS[pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key] ?? null;
}
