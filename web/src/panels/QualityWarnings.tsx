import { IconAlertTriangle } from "@tabler/icons-react";

import type { QualityWarning } from "../api/types";
import classes from "./panels.module.css";

/** Why results may be less trustworthy, in plain words. */
export function QualityWarnings({ warnings }: { warnings: readonly QualityWarning[] }) {
  if (warnings.length === 0) return null;
  return (
    <section className={classes.warnings} aria-label="About this picture">
      {warnings.map((warning) => (
        <p key={warning.key}>
          <IconAlertTriangle size={18} stroke={1.7} aria-hidden="true" />
          <span>{warning.message}</span>
        </p>
      ))}
    </section>
  );
}
