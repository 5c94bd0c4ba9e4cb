import { IconAlertTriangle } from "@tabler/icons-react";

import type { SpecimenCount } from "../api/types";
import classes from "./compare.module.css";

/** Whether the pictures could be of one smear. */
export function AgreementNote({ agreement }: { agreement: SpecimenCount["agreement"] }) {
  if (!agreement) return null;
  return (
    <div className={classes.agreement} data-differ={agreement.differ || undefined}>
      {agreement.differ && <IconAlertTriangle size={18} stroke={1.7} aria-hidden="true" />}
      <div>
        <p>{agreement.text}</p>
        <details>
          <summary>How this is tested</summary>
          {agreement.method}: {agreement.chi_square.toFixed(1)} over {agreement.classes} types in {agreement.pictures} pictures.
        </details>
      </div>
    </div>
  );
}
