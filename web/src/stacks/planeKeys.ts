/** Keys of a plane. They act only while it has the focus, so that they disturb no other input. */

export type PlaneAction =
  | { kind: "scroll"; by: number }
  | { kind: "first" }
  | { kind: "last" }
  | { kind: "step"; columns: number; rows: number }
  | { kind: "zoom"; by: 1 | -1 }
  | { kind: "fit" }
  | { kind: "overlay" }
  | { kind: "overlayStyle" }
  | { kind: "enlarge" };

interface Pressed {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

const PAGE = 10;

const ACTIONS: Record<string, PlaneAction> = {
  ArrowUp: { kind: "scroll", by: 1 },
  ArrowRight: { kind: "scroll", by: 1 },
  ArrowDown: { kind: "scroll", by: -1 },
  ArrowLeft: { kind: "scroll", by: -1 },
  PageUp: { kind: "scroll", by: PAGE },
  PageDown: { kind: "scroll", by: -PAGE },
  Home: { kind: "first" },
  End: { kind: "last" },
  "+": { kind: "zoom", by: 1 },
  "=": { kind: "zoom", by: 1 },
  "-": { kind: "zoom", by: -1 },
  "0": { kind: "fit" },
  o: { kind: "overlay" },
  f: { kind: "overlayStyle" },
  e: { kind: "enlarge" },
};

const STEPS: Record<string, PlaneAction> = {
  ArrowUp: { kind: "step", columns: 0, rows: -1 },
  ArrowDown: { kind: "step", columns: 0, rows: 1 },
  ArrowLeft: { kind: "step", columns: -1, rows: 0 },
  ArrowRight: { kind: "step", columns: 1, rows: 0 },
};

/** What people may press, in words. */
export const PLANE_KEY_HELP: [string, string][] = [
  ["↑ ↓", "next, previous slice"],
  ["Page ↑ ↓", "ten slices"],
  ["Home End", "first, last slice"],
  ["Shift + arrows", "move the cross"],
  ["+ / −", "zoom"],
  ["0", "whole slice"],
  ["O", "organs on or off"],
  ["F", "filled or outlined"],
  ["E", "one plane large, or all"],
];

export function planeActionOf(pressed: Pressed): PlaneAction | null {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return null;
  const key = pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key;
  return (pressed.shiftKey ? STEPS[key] : undefined) ?? ACTIONS[key] ?? null;
}
