import type { CaseDocument } from "../api/types";
import { Link } from "../frame/Link";
import { specimenHref, subjectHref } from "../routing";
import classes from "./compare.module.css";

/** Ways to the other pictures of the same smear, and to the other smears of the same person. */
export function SmearLinks({ shownCase: { specimen, subject } }: { shownCase: CaseDocument }) {
  if (specimen === null && subject === null) return null;
  return (
    <dl className={classes.links} aria-label="Where this picture belongs">
      {specimen !== null && (
        <div>
          <dt>Smear</dt>
          <dd>
            <Link href={specimenHref(specimen)}>{specimen}, all pictures together</Link>
          </dd>
        </div>
      )}
      {subject !== null && (
        <div>
          <dt>Person</dt>
          <dd>
            <Link href={subjectHref(subject)}>{subject}, over time</Link>
          </dd>
        </div>
      )}
    </dl>
  );
}
