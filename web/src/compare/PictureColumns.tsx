import { ActionIcon } from "@mantine/core";
import { IconX } from "@tabler/icons-react";

import { thumbnailUrl } from "../api/client";
import type { DifferentialCount, SpecimenCount, SpecimenPicture } from "../api/types";
import { styleOf, type ClassStyles } from "../cells/classStyles";
import { capitalised, formatCount, formatShare } from "../cells/format";
import { tableGroups, type Line } from "../differential/tableLines";
import { Link } from "../frame/Link";
import { ClassSwatch } from "../panels/ClassSwatch";
import { caseHref } from "../routing";
import classes from "./compare.module.css";
import { useSetSpecimen } from "./specimenApi";

interface Props {
  count: SpecimenCount;
  together: DifferentialCount;
  styles: ClassStyles;
}

/** The counts of each picture beside one another. */
export function PictureColumns({ count, together, styles }: Props) {
  const pictures = count.pictures.filter((picture) => picture.use === "counted");
  const lines = linesOf(together).filter((line) => line.count > 0);
  return (
    // A wide table is scrolled by the arrow keys, too.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes.scroll} role="region" aria-labelledby="pictures-title" tabIndex={0}>
      <table className={classes.columns}>
        <caption className="visually-hidden">Number of cells of each class in each picture, and their percentages</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">Together</th>
            {pictures.map((picture) => (
              <th key={picture.case_id} scope="col">
                <PictureHead picture={picture} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.key}>
              <th scope="row">
                <span className={classes.class}>
                  <ClassSwatch style={styleOf(styles, line.key)} />
                  {capitalised(line.name)}
                </span>
              </th>
              <td>
                <Figure line={line} />
              </td>
              {pictures.map((picture) => (
                <td key={picture.case_id}>
                  <Figure line={picture.differential ? linesOf(picture.differential).find((own) => own.key === line.key) : undefined} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{capitalised(together.counted_cells)} counted</th>
            <td>{formatCount(together.total)}</td>
            {pictures.map((picture) => (
              <td key={picture.case_id}>{formatCount(picture.differential?.total ?? 0)}</td>
            ))}
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

function PictureHead({ picture }: { picture: SpecimenPicture }) {
  const change = useSetSpecimen();
  return (
    <div className={classes.head}>
      <Link href={caseHref(picture.case_id)}>
        <img src={thumbnailUrl(picture.case_id)} alt="" loading="lazy" />
        <span>{picture.name}</span>
      </Link>
      <ActionIcon
        variant="default"
        size={28}
        radius="xl"
        className={classes.takeOut}
        aria-label={`Take ${picture.name} out of this smear`}
        title="Take out of this smear"
        loading={change.isPending}
        onClick={() => change.mutate({ id: picture.case_id, specimen: "" })}
      >
        <IconX size={15} stroke={2} />
      </ActionIcon>
      {change.error && <p role="alert">{change.error.message}</p>}
    </div>
  );
}

function Figure({ line }: { line: Line | undefined }) {
  if (!line || line.count === 0) return <span className={classes.none}>0</span>;
  return (
    <>
      {formatCount(line.count)}
      {typeof line.share?.percent === "number" && <small>{formatShare(line.share.percent)} %</small>}
    </>
  );
}

const linesOf = (found: DifferentialCount) => tableGroups(found).flatMap((group) => group.lines);
