/** Where names stand beside a model, and the lines that lead to what they name. */

export interface Anchor {
  name: string;
  /** The places of the part's outline, on the screen: which of them is led to depends on the label's side. */
  points: readonly (readonly [number, number])[];
}

export interface Label {
  name: string;
  side: "left" | "right";
  /** Where the leader begins, at the text, and where it ends, on the part. */
  from: [number, number];
  to: [number, number];
}

type End = Pick<Label, "name" | "to">;

/** A part of the stage, in its pixels. */
export interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
}

const ROW = 24;
const MARGIN = 18;
const GAP = 26;
const BELOW_TITLE = 60;

/**
 * Labels in two columns, left and right of what they name, in the order of heights, no two of a column less than a
 * row apart; where there is no room at the sides, in two columns above, or one.
 * @param textWidth Of the longest name.
 */
export function layoutLabels(anchors: readonly Anchor[], frame: Frame, textWidth: number): Label[] {
  const seen = anchors.filter((anchor) => anchor.points.length > 0);
  if (seen.length === 0) return [];
  const xs = seen.flatMap((anchor) => anchor.points.map(([x]) => x));
  const [least, most] = [Math.min(...xs), Math.max(...xs)];
  const rightX = Math.min(most + GAP, frame.left + frame.width - MARGIN - textWidth);
  const leftX = Math.max(least - GAP, frame.left + MARGIN + textWidth);
  if (rightX < most || (seen.length > 1 && leftX > least)) return above(seen, frame, textWidth);
  const labels = seen.map((anchor, place): Label => {
    const side = place % 2 === 0 ? "right" : "left";
    const to = outermost(anchor.points, side);
    return { name: anchor.name, side, from: [side === "right" ? rightX : leftX, to[1]], to };
  });
  for (const side of ["left", "right"] as const) spread(labels.filter((l) => l.side === side), frame);
  return labels;
}

function above(seen: readonly Anchor[], frame: Frame, textWidth: number): Label[] {
  const ends = seen.map(({ name, points }): End => ({ name, to: topmost(points) }));
  ends.sort((a, b) => a.to[0] - b.to[0]);
  const leftX = frame.left + MARGIN + textWidth;
  const rightX = frame.left + frame.width - MARGIN - textWidth;
  const half = leftX < rightX ? Math.ceil(ends.length / 2) : ends.length;
  // In both columns the lowest row leads the least far: no leader crosses another's text.
  return [
    ...column(ends.slice(0, half).reverse(), "left", leftX, frame),
    ...column(ends.slice(half), "right", rightX, frame),
  ];
}

function column(ends: readonly End[], side: Label["side"], x: number, frame: Frame): Label[] {
  return ends.map(({ name, to }, row) => ({
    name,
    side,
    from: [x, frame.top + BELOW_TITLE + row * ROW],
    to,
  }));
}

function topmost(points: Anchor["points"]): [number, number] {
  const [x, y] = points.reduce((best, point) => (point[1] < best[1] ? point : best));
  return [x, y];
}

function outermost(points: Anchor["points"], side: Label["side"]): [number, number] {
  const sign = side === "right" ? 1 : -1;
  const [x, y] = points.reduce((best, point) => (sign * point[0] > sign * best[0] ? point : best));
  return [x, y];
}

/** Pushes labels of one column apart, downwards, then back up where they run out of the frame. */
function spread(column: Label[], frame: Frame): void {
  column.sort((a, b) => a.from[1] - b.from[1]);
  let least = frame.top + MARGIN;
  for (const label of column) {
    label.from[1] = Math.max(label.from[1], least);
    least = label.from[1] + ROW;
  }
  let most = frame.top + frame.height - MARGIN;
  for (const label of [...column].reverse()) {
    label.from[1] = Math.min(label.from[1], most);
    most = label.from[1] - ROW;
  }
}
