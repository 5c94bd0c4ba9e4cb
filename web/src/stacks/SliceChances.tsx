import { capitalised } from "../cells/format";
import classes from "./stacks.module.css";
import type { Stack, StackFindings } from "./types";
import type { ViewerChange } from "./viewerState";

interface Props {
  stack: Stack;
  findings: StackFindings;
  onChange: (change: ViewerChange) => void;
}

const HEIGHT = 26;

/** What the first model said of each slice: which of them may hold an organ. */
export function SliceChances({ stack, findings, onChange }: Props) {
  const chances = findings.slice_chances;
  if (!chances) return null;
  const { plane, turned } = stack.acquired;
  const count = chances.probabilities.length;
  const passed = chances.probabilities.filter((row) => row.some((chance, organ) => chance >= (chances.thresholds[organ] ?? 1)));
  const goTo = (share: number) => {
    const slice = Math.min(count - 1, Math.max(0, Math.floor(share * count)));
    onChange({ kind: "setIndex", plane, index: turned ? count - 1 - slice : slice });
  };
  return (
    <section aria-labelledby="chances-title">
      <h2 id="chances-title">Slices that may hold an organ</h2>
      <p className={classes.dim}>
        {passed.length} of {count} slices were outlined. The line is the chance from which on a slice was.
      </p>
      <ul className={classes.chances}>
        {chances.organs.map((key, organ) => {
          const colour = findings.organs.find((one) => one.key === key)?.colour ?? "var(--cv-dim)";
          const threshold = chances.thresholds[organ] ?? 1;
          const path = chances.probabilities.map((row, slice) => `L${slice} ${1 - (row[organ] ?? 0)} H${slice + 1}`).join(" ");
          return (
            <li key={key}>
              <span>{capitalised(key.replaceAll("_", " "))}</span>
              {/* The sliders of the planes do the same for the keyboard. */}
              <svg
                viewBox={`0 0 ${count} 1`}
                height={HEIGHT}
                preserveAspectRatio="none"
                onClick={(event) => {
                  const box = event.currentTarget.getBoundingClientRect();
                  goTo((event.clientX - box.left) / box.width);
                }}
              >
                <title>{`${capitalised(key.replaceAll("_", " "))}: ${chances.probabilities.filter((row) => (row[organ] ?? 0) >= threshold).length} slices`}</title>
                <path d={`M0 1 ${path} V1 Z`} fill={colour} />
                <line x1={0} x2={count} y1={1 - threshold} y2={1 - threshold} stroke="currentColor" strokeWidth={1} vectorEffect="non-scaling-stroke" strokeDasharray="3 3" />
              </svg>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
