import { IconEyeExclamation, IconInfoCircle } from "@tabler/icons-react";

import type { Flag } from "../api/types";
import classes from "./differential.module.css";

/** What a result suggests that a person look at, each with its rule. */
export function FlagList({ flags }: { flags: readonly Flag[] }) {
  if (flags.length === 0) return null;
  return (
    <section aria-labelledby="flags-title">
      <h2 id="flags-title">Suggestions</h2>
      <ul className={classes.flags}>
        {flags.map((flag) => (
          <li key={flag.key} data-weight={flag.weight}>
            {flag.weight === "look" ? (
              <IconEyeExclamation size={18} stroke={1.7} aria-hidden="true" />
            ) : (
              <IconInfoCircle size={18} stroke={1.7} aria-hidden="true" />
            )}
            <div>
              <p>{flag.text}</p>
              <details>
                <summary>Rule</summary>
                {flag.rule}
              </details>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
