import { FONT } from "../theme";
import { layoutLabels } from "./labelLayout";
import type { Seen } from "./ModelViews";
import type { LengthUnit } from "./SolidModel";
import type { ViewWords } from "./StageOverlay";
import { barOf, labelWidth } from "./stageWords";

interface Told {
  seen: Seen | null;
  words: readonly ViewWords[];
  unit: LengthUnit;
  estimated: boolean;
}

/** A PNG of the stage: its colours, the drawing, and the words and scale bar that must go with it. */
export function snapshot(drawing: HTMLCanvasElement, stage: HTMLElement, told: Told): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  canvas.width = drawing.width;
  canvas.height = drawing.height;
  const context = canvas.getContext("2d");
  if (!context) return Promise.resolve(null);
  const style = getComputedStyle(stage);
  context.fillStyle = style.backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(drawing, 0, 0);
  const ratio = drawing.width / drawing.clientWidth;
  context.scale(ratio, ratio);
  context.fillStyle = context.strokeStyle = style.color;
  context.textBaseline = "middle";
  context.font = `13px ${FONT}`;
  if (told.seen) writeWords(context, told.seen, told);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

function writeWords(context: CanvasRenderingContext2D, seen: Seen, { words, unit, estimated }: Told): void {
  for (const [place, { frame, anchors }] of seen.views.entries()) {
    const said = words[place];
    if (!said) continue;
    context.textAlign = "center";
    context.fillText(said.title, frame.left + frame.width / 2, frame.top + 24);
    context.textAlign = "left";
    context.fillText(said.notice, frame.left + 16, frame.top + frame.height - 20, frame.width - 32);
    for (const { name, side, from, to } of layoutLabels(anchors, frame, labelWidth(anchors))) {
      context.beginPath();
      context.moveTo(...from);
      context.lineTo(...to);
      context.stroke();
      context.textAlign = side === "right" ? "left" : "right";
      context.fillText(name, from[0] + (side === "right" ? 6 : -6), from[1]);
    }
  }
  const bar = barOf(seen, unit, estimated);
  const last = seen.views.at(-1)?.frame;
  if (!bar || !last) return;
  const [right, bottom] = [last.left + last.width - 24, last.top + last.height - 44];
  context.fillRect(right - bar.widthPx, bottom, bar.widthPx, 3);
  context.textAlign = "center";
  context.fillText(bar.text, right - bar.widthPx / 2, bottom - 14);
}
