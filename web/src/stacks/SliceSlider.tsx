import { useId } from "react";

import classes from "./stacks.module.css";
import type { PlaneName } from "./types";

/** Which slices hold an organ. */
export interface SliceMark {
  label: number;
  name: string;
  colour: string;
  /** First and last index of each run. */
  runs: readonly (readonly [number, number])[];
}

interface Props {
  plane: PlaneName;
  index: number;
  count: number;
  marks: readonly SliceMark[];
  onIndex: (index: number) => void;
}

/** Slider of the slices; coloured bars above it show which of them hold which organ. */
export function SliceSlider({ plane, index, count, marks, onIndex }: Props) {
  const id = useId();
  const here = marks.filter((mark) => mark.runs.some(([first, last]) => index >= first && index <= last));
  const rows = marks.length;
  return (
    <div className={classes.slider}>
      {rows > 0 && (
        <svg viewBox={`0 0 ${count} ${rows}`} preserveAspectRatio="none" style={{ height: rows * 4 }} aria-hidden="true">
          {marks.map((mark, place) =>
            mark.runs.map(([first, last]) => (
              <rect key={`${mark.label} ${first}`} x={first} y={place + 0.1} width={last - first + 1} height={0.8} fill={mark.colour} />
            )),
          )}
        </svg>
      )}
      <label className="visually-hidden" htmlFor={id}>
        Slice of the {plane} plane
      </label>
      <input
        id={id}
        type="range"
        min={0}
        max={count - 1}
        step={1}
        value={index}
        aria-valuetext={`Slice ${index + 1} of ${count}${here.length > 0 ? `: ${here.map((mark) => mark.name).join(", ")}` : ""}`}
        onChange={(event) => onIndex(Number(event.target.value))}
      />
    </div>
  );
}
