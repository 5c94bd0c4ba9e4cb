import type { View } from "./view";

/** Gives the canvas as many pixels as the screen has under it, all clear; returns screen pixels per CSS pixel. */
export function clearedToScreen(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D, view: View): number {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [Math.round(view.width * ratio), Math.round(view.height * ratio)];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  return ratio;
}
