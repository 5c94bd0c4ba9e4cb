import { useEffect, useRef } from "react";

import type { Cell } from "../api/types";
import { nucleusPath } from "../viewer/OutlinePainter";

interface Props {
  image: HTMLImageElement | null;
  cell: Cell;
  colour: string;
  sizePx: number;
  outlined?: boolean;
}

const MARGIN = 1.35;

/** One cell cut out of the picture. */
export function CellCrop({ image, cell, colour, sizePx, outlined = false }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!canvas.current || !context || !image) return;
    const pixels = Math.round(sizePx * (window.devicePixelRatio || 1));
    canvas.current.width = pixels;
    canvas.current.height = pixels;
    const [xmin, ymin, xmax, ymax] = cell.box;
    const side = Math.max(xmax - xmin, ymax - ymin, 4) * MARGIN;
    const scale = pixels / side;
    context.fillStyle = "#14181a";
    context.fillRect(0, 0, pixels, pixels);
    context.setTransform(scale, 0, 0, scale, -scale * ((xmin + xmax - side) / 2), -scale * ((ymin + ymax - side) / 2));
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0);
    if (!outlined) return;
    context.beginPath();
    for (const [x, y] of cell.polygon) context.lineTo(x, y);
    context.closePath();
    context.strokeStyle = colour;
    context.lineWidth = pixels / sizePx / scale * 2;
    context.stroke();
    const nucleus = nucleusPath(cell);
    context.lineWidth /= 2;
    if (nucleus) context.stroke(nucleus);
  }, [image, cell, colour, sizePx, outlined]);
  return <canvas ref={canvas} style={{ width: sizePx, height: sizePx, display: "block" }} aria-hidden="true" />;
}
