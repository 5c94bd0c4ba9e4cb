import { IconAlertTriangle } from "@tabler/icons-react";

import type { QualityWarning } from "../api/types";
import { wordsOf } from "../explain/warningWords";
import classes from "./panels.module.css";

/** Why results may be less trustworthy: what it means for them, and what to do. */
export function QualityWarnings({ warnings }: { warnings: readonly QualityWarning[] }) {
  if (warnings.length === 0) return null;
  return (
    <section className={classes.warnings} aria-label="About this picture">
      {warnings.map((warning) => (
        <Warning key={warning.key} warning={warning} />
      ))}
    </section>
  );
}

function Warning({ warning }: { warning: QualityWarning }) {
  const words = wordsOf(warning.key);
  if (!words) {
    return (
      <div className={classes.warning}>
        <IconAlertTriangle size={18} stroke={1.7} aria-hidden="true" />
        <p>{warning.message}</p>
      </div>
    );
  }
  return (
    <div className={classes.warning}>
      <IconAlertTriangle size={18} stroke={1.7} aria-hidden="true" />
      <div>
        <p>
          <b>{words.title}.</b> {words.meaning}
        </p>
        <p>
          <b>What to do:</b> {words.action}
        </p>
        {/* Its figures, and names in quotes, are what the words above leave out. */}
        {/\d|'.+'/.test(warning.message) && <p className={classes.figures}>{warning.message}</p>}
      </div>
    </div>
  );
}
