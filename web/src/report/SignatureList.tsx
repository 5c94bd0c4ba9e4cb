import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";

import type { Signature } from "../api/types";
import page from "../frame/page.module.css";
import classes from "./report.module.css";

/** Who signed the result, newest first, and whether it is still the result that they signed. */
export function SignatureList({ signatures }: { signatures: readonly Signature[] }) {
  if (signatures.length === 0) return <p className={page.note}>Nobody has signed this result yet.</p>;
  return (
    <ol className={classes.signatures}>
      {signatures.map((signature) => (
        <li key={signature.id}>
          <p>
            <b>{signature.name}</b> <time dateTime={signature.at_utc}>{when(signature.at_utc)}</time>
          </p>
          {signature.comment && <p className={classes.comment}>{signature.comment}</p>}
          {signature.is_current ? (
            <p className={classes.current}>
              <IconCheck size={16} stroke={2} aria-hidden="true" />
              The result as it is now
            </p>
          ) : (
            <p className={classes.changed}>
              <IconAlertTriangle size={16} stroke={1.8} aria-hidden="true" />
              {`Changed since it was signed: ${LIST.format(signature.changes)}`}
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}

const LIST = new Intl.ListFormat("en-GB");

const when = (utc: string) =>
  new Date(utc).toLocaleString("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
