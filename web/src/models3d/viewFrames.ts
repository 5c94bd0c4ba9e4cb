import type { Frame } from "./labelLayout";

interface Size {
  width: number;
  height: number;
}

/** The views of a stage: side by side where it is wide, one above the other where it is high. */
export function viewFrames({ width, height }: Size, count: number): Frame[] {
  const columns = width >= height;
  return Array.from({ length: count }, (_, place) =>
    columns
      ? { left: (place * width) / count, top: 0, width: width / count, height }
      : { left: 0, top: (place * height) / count, width, height: height / count },
  );
}
