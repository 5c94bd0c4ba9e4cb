import { Button, Skeleton } from "@mantine/core";
import { IconFileText } from "@tabler/icons-react";

import type { CaseDocument } from "../api/types";
import { SmearLinks } from "../compare/SmearLinks";
import { Link } from "../frame/Link";
import { Problem } from "../frame/Problem";
import { QualityWarnings } from "../panels/QualityWarnings";
import { DeleteCase } from "../pages/DeleteCase";
import pages from "../pages/pages.module.css";
import { reportHref } from "../routing";
import { OrganList } from "./OrganList";
import { SliceChances } from "./SliceChances";
import classes from "./stacks.module.css";
import { StackDownloads } from "./StackDownloads";
import { StackOrigin } from "./StackOrigin";
import { TimeLine } from "./TimeLine";
import type { Organ, Stack, StackFindings } from "./types";
import { UploadNote } from "./UploadNote";
import { useScans } from "./useStack";
import type { ViewerChange } from "./viewerState";

interface Shown {
  stack: Stack;
  findings: StackFindings;
  hidden: ReadonlySet<number>;
  onChange: (change: ViewerChange) => void;
  onGoTo: (organ: Organ) => void;
}

interface Props {
  shownCase: CaseDocument;
  failure: string | null;
  /** None while the analysis runs. */
  shown?: Shown;
  /** Hears where the controls of the 3D scene may go. */
  onBesideScene?: (place: HTMLElement | null) => void;
}

/** The figures beside the slices. */
export function StackPanel({ shownCase, failure, shown, onBesideScene }: Props) {
  const scans = useScans(shownCase.id, shown !== undefined).data ?? [];
  return (
    <aside className={pages.panel} aria-label="Findings">
      {failure && (
        <Problem>
          <h2>{shown ? "Something went wrong" : "This stack could not be analysed"}</h2>
          <p>{failure}</p>
        </Problem>
      )}
      {!shown && <UploadNote caseId={shownCase.id} />}
      {!shown && !failure && (
        <div aria-hidden="true" className={pages.skeleton}>
          <Skeleton height={44} />
          {[0, 1, 2, 3].map((row) => (
            <Skeleton key={row} height={30} />
          ))}
        </div>
      )}
      {shown && (
        <>
          <Button
            component={Link}
            href={reportHref(shownCase.id)}
            variant="default"
            leftSection={<IconFileText size={17} stroke={1.7} />}
          >
            Report
          </Button>
          <SmearLinks shownCase={shownCase} />
          {/* Organs that the stack cuts are marked in the table. */}
          <QualityWarnings warnings={shown.findings.warnings.filter((warning) => warning.key !== "organ_cut")} />
          <OrganList
            organs={shown.findings.organs}
            hidden={shown.hidden}
            onChange={shown.onChange}
            onGoTo={shown.onGoTo}
          />
          <div ref={onBesideScene} className={classes.besideScene} />
          <SliceChances stack={shown.stack} findings={shown.findings} onChange={shown.onChange} />
          {scans.length > 1 && <TimeLine caseId={shownCase.id} scans={scans} />}
          <UploadNote caseId={shownCase.id} />
          <StackDownloads id={shownCase.id} name={shownCase.name} hasOrgans={shown.findings.organs.length > 0} />
          <StackOrigin stack={shown.stack} findings={shown.findings} />
        </>
      )}
      <DeleteCase id={shownCase.id} what="this stack" />
    </aside>
  );
}
