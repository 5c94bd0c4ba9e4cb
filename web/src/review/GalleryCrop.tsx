import { UnstyledButton } from "@mantine/core";
import { memo, useEffect, useRef, type MouseEvent } from "react";

import type { Cell } from "../api/types";
import { styleOf, type ClassStyles } from "../cells/classStyles";
import { formatPercent } from "../cells/format";
import { describeCell, describeReview, doubtOf, isNamed } from "../cells/predictions";
import classes from "./review.module.css";

export const CROP_PX = 84;

interface Props {
  cell: Cell;
  bitmap: ImageBitmap | null;
  /** In pixels of the picture. */
  sidePx: number;
  styles: ClassStyles;
  chosen: boolean;
  /** Whether the Tab key stops here; it does at one crop alone. */
  tabStop: boolean;
  onPick: (cell: Cell, held: { range: boolean; more: boolean }) => void;
}

/** One cell of the gallery: how it looks, how sure its class is, and whether a person said so. */
export const GalleryCrop = memo(function GalleryCrop({ cell, bitmap, sidePx, styles, chosen, tabStop, onPick }: Props) {
  const doubt = doubtOf(cell);
  const said = isNamed(cell) ? `, ${describeReview(cell, styles)}` : doubt ? ", needs a look" : "";
  const pick = (event: MouseEvent) => onPick(cell, { range: event.shiftKey, more: event.ctrlKey || event.metaKey });
  return (
    <UnstyledButton
      className={classes.crop}
      style={{ "--class-colour": styleOf(styles, cell.label).colour }}
      data-cell={cell.id}
      data-review-keys
      data-doubt={doubt ?? undefined}
      aria-pressed={chosen}
      aria-label={`Cell ${cell.id}: ${describeCell(cell, styles)}${said}`}
      tabIndex={tabStop ? 0 : -1}
      onClick={pick}
    >
      <CropPicture cell={cell} bitmap={bitmap} sidePx={sidePx} />
      <span>{isNamed(cell) ? "✓" : doubt === "unidentified" ? "?" : formatPercent(cell.confidence)}</span>
    </UnstyledButton>
  );
});

function CropPicture({ cell, bitmap, sidePx }: Pick<Props, "cell" | "bitmap" | "sidePx">) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [xmin, ymin, xmax, ymax] = cell.box;
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!canvas.current || !context || !bitmap) return;
    const pixels = Math.round(CROP_PX * Math.min(2, window.devicePixelRatio || 1));
    canvas.current.width = pixels;
    canvas.current.height = pixels;
    const [left, top] = [(xmin + xmax - sidePx) / 2, (ymin + ymax - sidePx) / 2];
    context.fillStyle = "#14181a";
    context.fillRect(0, 0, pixels, pixels);
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, left, top, sidePx, sidePx, 0, 0, pixels, pixels);
  }, [bitmap, sidePx, xmin, ymin, xmax, ymax]);
  return <canvas ref={canvas} aria-hidden="true" />;
}
