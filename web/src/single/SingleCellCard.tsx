import { Loader } from "@mantine/core";
import { useId, useMemo, useState } from "react";

import { useTaxonomy } from "../api/hooks";
import type { ClassifiedPicture, Taxonomy } from "../api/types";
import { classStyles, evidenceStyles, styleOf, type ClassStyles } from "../cells/classStyles";
import { capitalised } from "../cells/format";
import { ActivationMaps } from "../explain/ActivationMaps";
import explainClasses from "../explain/explain.module.css";
import { WhyToggle } from "../explain/WhyToggle";
import { Problem } from "../frame/Problem";
import { useImage } from "../panels/useImage";
import { Verdict, VerdictLine } from "../panels/Verdict";
import classes from "./single.module.css";
import { namedPicture } from "./summary";
import type { SingleCell } from "./useSingleCells";

/** A picture of one cell and what it is called. */
export function SingleCellCard({ cell }: { cell: SingleCell }) {
  const image = useImage(cell.url);
  const picture = namedPicture(cell);
  const taxonomy = useTaxonomy(cell.answer?.taxonomy ?? null).data;
  const styles = useMemo(() => stylesFor(picture, taxonomy), [picture, taxonomy]);
  const title = useId();
  return (
    <li className={classes.card} aria-labelledby={title}>
      <div className={classes.head}>
        {image ? <img src={cell.url} alt="" /> : <span className={classes.noPreview}>No preview</span>}
        <div>
          <h3 id={title}>{heading(cell, picture, styles)}</h3>
          {picture && <VerdictLine cell={picture} styles={styles} />}
          <p className={classes.file}>{cell.name}</p>
        </div>
      </div>
      {cell.state === "working" && <Loader size="sm" type="dots" role="status" aria-label={`Naming ${cell.name}`} />}
      {cell.problem && <Problem className={explainClasses.failed}>{cell.problem}</Problem>}
      {picture && (
        <>
          <Verdict cell={picture} styles={styles} level={cell.answer?.level ?? null} />
          <Why picture={picture} image={image} />
        </>
      )}
    </li>
  );
}

/** A model with classes of its own tells their names and colours with the explanation. */
function stylesFor(picture: ClassifiedPicture | null, taxonomy: Taxonomy | undefined): ClassStyles {
  return taxonomy ? classStyles(taxonomy) : evidenceStyles(picture?.explanation?.classes ?? []);
}

function heading(cell: SingleCell, picture: ClassifiedPicture | null, styles: ClassStyles): string {
  if (picture) return capitalised(styleOf(styles, picture.label).name);
  if (cell.state === "failed") return "Not read";
  return cell.state === "working" ? "Looking …" : "Waiting";
}

function Why({ picture, image }: { picture: ClassifiedPicture; image: HTMLImageElement | null }) {
  const [open, setOpen] = useState(false);
  return (
    <WhyToggle open={open} onToggle={() => setOpen(!open)}>
      {picture.explanation ? (
        <ActivationMaps explanation={picture.explanation} image={image} />
      ) : (
        <p className={explainClasses.words}>This model gives no activation maps.</p>
      )}
    </WhyToggle>
  );
}
