import { useEffect, useRef } from "react";

import type { Explanation } from "../api/types";
import { paintedMap, type ActivationMap } from "./activation";
import classes from "./explain.module.css";

interface Props {
  image: CanvasImageSource | null;
  crop: Explanation["crop"];
  /** What is drawn over the cell; null for the cell alone. */
  map: ActivationMap | null;
  opacity: number;
  /** Pixels of the canvas; its size on the page is the style sheet's. */
  pixels: number;
  label: string;
}

/** Colours are computed at this width and enlarged: the map itself is far coarser. */
const MAP_PIXELS = 112;

/** The part of the picture that the classifier saw, with an activation map over it. */
export function CropCanvas({ image, crop, map, opacity, pixels, label }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const [width, height] = [crop.xmax - crop.xmin, crop.ymax - crop.ymin];
    const side = Math.max(width, height, 1);
    const scale = pixels / side;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = "#14181a";
    context.fillRect(0, 0, pixels, pixels);
    // From here on in pixels of the picture; what the classifier saw lies in the middle.
    const [left, top] = [crop.xmin - (side - width) / 2, crop.ymin - (side - height) / 2];
    context.setTransform(scale, 0, 0, scale, -scale * left, -scale * top);
    context.imageSmoothingQuality = "high";
    if (image) context.drawImage(image, 0, 0);
    if (map) context.drawImage(colouredMap(map, opacity), crop.xmin, crop.ymin, width, height);
  }, [image, crop, map, opacity, pixels]);
  return (
    <span role="img" aria-label={label} className={classes.crop}>
      <canvas ref={canvas} width={pixels} height={pixels} />
    </span>
  );
}

function colouredMap(map: ActivationMap, opacity: number): HTMLCanvasElement {
  const coloured = document.createElement("canvas");
  coloured.width = coloured.height = MAP_PIXELS;
  const bytes = paintedMap(map, MAP_PIXELS, opacity);
  coloured.getContext("2d")?.putImageData(new ImageData(bytes, MAP_PIXELS, MAP_PIXELS), 0, 0);
  return coloured;
}
