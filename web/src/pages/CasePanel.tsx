import { Button, Skeleton } from "@mantine/core";
import { IconCube, IconFileText, IconListCheck } from "@tabler/icons-react";

import { May } from "../accounts/May";
import type { CaseDocument, DifferentialCount, Findings } from "../api/types";
import type { ClassStyles } from "../cells/classStyles";
import type { MapClass } from "../cells/smearMap";
import { SmearLinks } from "../compare/SmearLinks";
import { DifferentialPanel } from "../differential/DifferentialPanel";
import type { LineGroup } from "../differential/tableLines";
import { Link } from "../frame/Link";
import { Problem } from "../frame/Problem";
import { CellDetails } from "../panels/CellDetails";
import { Downloads } from "../panels/Downloads";
import { MapLegend } from "../panels/MapLegend";
import { Origin } from "../panels/Origin";
import { ParasitaemiaNote } from "../panels/ParasitaemiaNote";
import { QualityWarnings } from "../panels/QualityWarnings";
import { modelHref, reportHref, reviewHref } from "../routing";
import { DeleteCase } from "./DeleteCase";
import classes from "./pages.module.css";
import type { CellChoice } from "./useCellChoice";

/** The differential as it is asked for. */
interface Counts {
  found: DifferentialCount | undefined;
  problem: string | null;
  onRetry: () => void;
  groups: readonly LineGroup[];
}

interface Props {
  shownCase: CaseDocument;
  findings: Findings | undefined;
  problem: string | null;
  counts: Counts;
  choice: CellChoice;
  /** Classes of the map; none while it is not shown. */
  mapped: readonly MapClass[];
  image: HTMLImageElement | null;
  styles: ClassStyles;
  onStep: (by: 1 | -1) => void;
}

/** The figures beside the picture. */
export function CasePanel({ shownCase, findings, problem, counts, choice, mapped, image, styles, onStep }: Props) {
  const failure = problem ?? shownCase.error?.message;
  return (
    <aside className={classes.panel} aria-label="Findings">
      {failure && (
        <Problem>
          <h2>{problem ? "Something went wrong" : "This picture could not be analysed"}</h2>
          <p>{failure}</p>
        </Problem>
      )}
      {!findings && !failure && <PanelSkeleton />}
      {findings && (
        <>
          <QualityWarnings warnings={findings.warnings} />
          <div className={classes.work}>
            <May right="review">
              <Button
                component={Link}
                href={reviewHref(shownCase.id)}
                variant="light"
                leftSection={<IconListCheck size={17} stroke={1.7} />}
              >
                Review the cells
              </Button>
            </May>
            <Button
              component={Link}
              href={reportHref(shownCase.id)}
              variant="default"
              leftSection={<IconFileText size={17} stroke={1.7} />}
            >
              Report
            </Button>
          </div>
          <SmearLinks shownCase={shownCase} />
          {findings.cells.length === 0 ? (
            <p className={classes.empty}>No cells were found. A sharp, evenly lit picture of a stained smear works best.</p>
          ) : (
            <>
              <CellDetails
                caseId={shownCase.id}
                cell={choice.selected}
                position={choice.position}
                image={image}
                scale={findings.scale}
                level={findings.level}
                styles={styles}
                onStep={onStep}
                onClose={() => choice.select(null)}
              />
              {findings.scale.mpp_um !== null && (
                <Button
                  component={Link}
                  href={modelHref(shownCase.id)}
                  variant="default"
                  leftSection={<IconCube size={17} stroke={1.7} />}
                >
                  Whole field in 3D
                </Button>
              )}
              {mapped.length > 0 && <MapLegend mapped={mapped} />}
              <DifferentialPanel
                {...counts}
                styles={styles}
                toggles={{ hidden: choice.hiddenClasses, onToggle: choice.toggleClasses }}
              />
              <ParasitaemiaNote found={findings.parasitaemia} />
            </>
          )}
          <Downloads id={shownCase.id} name={shownCase.name} hasMap={findings.map_pixels !== null} />
          <Origin findings={findings} />
        </>
      )}
      <DeleteCase id={shownCase.id} what="this picture" />
    </aside>
  );
}

function PanelSkeleton() {
  return (
    <div aria-hidden="true" className={classes.skeleton}>
      <Skeleton height={44} />
      <Skeleton height={22} width="30%" />
      {[0, 1, 2, 3, 4].map((row) => (
        <Skeleton key={row} height={30} />
      ))}
    </div>
  );
}
