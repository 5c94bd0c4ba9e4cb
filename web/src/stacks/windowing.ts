/** Grey values to grey levels. */
import type { GreyWindow, Stack } from "./types";

export interface WindowPreset {
  key: string;
  name: string;
  window: GreyWindow;
}

/** Usual windows of CT, Hounsfield units: middle and width. */
const CT: WindowPreset[] = [
  { key: "abdomen", name: "Abdomen", window: { middle: 40, width: 400 } },
  { key: "soft", name: "Soft tissue", window: { middle: 50, width: 350 } },
  { key: "liver", name: "Liver", window: { middle: 60, width: 160 } },
  { key: "lung", name: "Lung", window: { middle: -600, width: 1500 } },
  { key: "bone", name: "Bone", window: { middle: 400, width: 1800 } },
  { key: "brain", name: "Brain", window: { middle: 40, width: 80 } },
];

/** What can be chosen for a stack; the first is how it opens. */
export function presetsOf({ modality, window, range: [least, most] }: Pick<Stack, "modality" | "window" | "range">): WindowPreset[] {
  const whole = { key: "whole", name: "Whole range", window: { middle: (least + most) / 2, width: Math.max(most - least, 1e-6) } };
  if (modality === "CT") return [...CT, whole];
  return [{ key: "auto", name: "Automatic", window }, whole];
}

export const presetOf = (window: GreyWindow, presets: readonly WindowPreset[]) =>
  presets.find((p) => p.window.middle === window.middle && p.window.width === window.width) ?? null;

/** The window after a drag over the picture: to the right wider, upwards darker. */
export function dragged(window: GreyWindow, acrossPx: number, downPx: number, range: readonly [number, number]): GreyWindow {
  const step = Math.max(window.width, (range[1] - range[0]) / 100) / 250;
  const least = (range[1] - range[0]) / 4000 || 1e-6;
  return { middle: window.middle + downPx * step, width: Math.max(least, window.width + acrossPx * step) };
}

/** Grey level 0..255 of every 16-bit number that is stored for a value. */
export function greyLevels(window: GreyWindow, stored: Stack["stored"]): Uint8ClampedArray {
  const levels = new Uint8ClampedArray(65_536);
  const first = stored.type === "int16" ? -32_768 : 0;
  const lowest = window.middle - window.width / 2;
  for (let at = 0; at < levels.length; at++) {
    const value = stored.slope * (first + at) + stored.intercept;
    levels[at] = (255 * (value - lowest)) / window.width;
  }
  return levels;
}

/** The grey value that a stored number stands for. */
export const valueOf = (number: number, stored: Stack["stored"]) => stored.slope * number + stored.intercept;

/** "54 HU", "1.24": without digits that 16 bits cannot hold. */
export function describeValue(value: number, modality: Stack["modality"]): string {
  if (modality === "CT") return `${Math.round(value)} HU`;
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}
