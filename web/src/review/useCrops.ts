/** The picture as crops are cut from it. */
import { useEffect, useState } from "react";

import type { Cell } from "../api/types";
import { request } from "../api/client";

/** Decoded once and kept so: a browser may decode a large <img> anew for each of the crops. */
export function useBitmap(url: string): ImageBitmap | null {
  const [bitmap, setBitmap] = useState<ImageBitmap | null>(null);
  useEffect(() => {
    const ended = new AbortController();
    let made: ImageBitmap | null = null;
    void (async () => {
      try {
        const answer = await request(url, { signal: ended.signal });
        made = await createImageBitmap(await answer.blob());
        if (ended.signal.aborted) made.close();
        else setBitmap(made);
      } catch {
        // The viewer beside it says that the picture could not be loaded.
      }
    })();
    return () => {
      ended.abort();
      made?.close();
      setBitmap(null);
    };
  }, [url]);
  return bitmap;
}

const MARGIN = 1.2;
/** Cells larger than nine in ten of their kind may reach beyond their crop: one clump must not shrink all others. */
const HELD_WHOLE = 0.9;

/** Side of every crop in pixels of the picture: all show the same scale, and most white cells as a whole. */
export function cropSide(cells: readonly Pick<Cell, "coarse" | "box">[]): number {
  const white = cells.filter((cell) => cell.coarse === "white_cell");
  const sides = (white.length > 0 ? white : cells).map(({ box }) => Math.max(box[2] - box[0], box[3] - box[1]));
  sides.sort((a, b) => a - b);
  return MARGIN * (sides[Math.floor(HELD_WHOLE * (sides.length - 1))] ?? 64);
}
