import { Button } from "@mantine/core";

import type { SpecimenPicture } from "../api/types";
import { Link } from "../frame/Link";
import { Problem } from "../frame/Problem";
import { caseHref } from "../routing";
import classes from "./compare.module.css";
import { useSetSpecimen } from "./specimenApi";

const WORDS: Record<Exclude<SpecimenPicture["use"], "counted" | "same_picture">, string> = {
  not_finished: "is still being analysed",
  failed: "could not be analysed",
  other_material: "is of another material",
};

/** Pictures of the smear that are not counted, and why. */
export function LeftOut({ pictures }: { pictures: readonly SpecimenPicture[] }) {
  const leftOut = pictures.filter((picture) => picture.use !== "counted");
  const change = useSetSpecimen();
  if (leftOut.length === 0) return null;
  return (
    <>
      <h3>Not counted</h3>
      <ul className={classes.leftOut}>
        {leftOut.map((picture) => (
          <li key={picture.case_id}>
            <p>
              <Link href={caseHref(picture.case_id)}>{picture.name}</Link> {reason(picture, pictures)}.
            </p>
            <Button
              variant="default"
              size="compact-md"
              aria-label={`Take out: ${picture.name}`}
              onClick={() => change.mutate({ id: picture.case_id, specimen: "" })}
            >
              Take out
            </Button>
          </li>
        ))}
      </ul>
      {change.error && <Problem>{change.error.message}</Problem>}
    </>
  );
}

function reason({ use, same_as: sameAs }: SpecimenPicture, pictures: readonly SpecimenPicture[]): string {
  if (use === "counted") return "is counted";
  if (use !== "same_picture") return WORDS[use];
  const other = pictures.find((picture) => picture.case_id === sameAs);
  return `is the same picture as ${other?.name ?? "another one"}, which counts in its place`;
}
