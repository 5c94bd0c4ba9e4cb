import type { ClassStyle } from "../cells/classStyles";
import classes from "./panels.module.css";

/** A class as it looks on the picture: line style and short label on the stage's dark ground. */
export function ClassSwatch({ style, dimmed = false }: { style: ClassStyle; dimmed?: boolean }) {
  return (
    <svg className={classes.swatch} data-dimmed={dimmed || undefined} viewBox="0 0 46 24" aria-hidden="true">
      <rect width="46" height="24" rx="6" fill="#14181a" />
      <rect
        x="3"
        y="3"
        width="40"
        height="18"
        rx="9"
        fill="none"
        stroke={style.colour}
        strokeWidth={Math.min(style.width, 2.6)}
        strokeDasharray={style.dash.join(" ")}
      />
      <text x="23" y="15.700" textAnchor="middle" fill="#fff" fontSize="10" fontWeight="600">
        {style.short}
      </text>
    </svg>
  );
}
