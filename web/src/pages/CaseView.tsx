import { useMemo, useRef, useState } from "react";

import { pictureUrl } from "../api/client";
import { useTaxonomy } from "../api/hooks";
import type { CaseDocument, Cell, Findings } from "../api/types";
import type { ClassStyles } from "../cells/classStyles";
import { describeCell } from "../cells/predictions";
import { mapClasses } from "../cells/smearMap";
import { useDifferential } from "../differential/differentialApi";
import { linesWithCells, tableGroups } from "../differential/tableLines";
import { useImage } from "../panels/useImage";
import { WhiteCellGallery } from "../panels/WhiteCellGallery";
import type { StageAction } from "../viewer/keys";
import { LAYERS_AT_FIRST } from "../viewer/layers";
import { SmearViewer, type ViewerHandle } from "../viewer/SmearViewer";
import { CasePanel } from "./CasePanel";
import { CaseProgress } from "./CaseProgress";
import classes from "./pages.module.css";
import { useCellChoice } from "./useCellChoice";

interface Props {
  shownCase: CaseDocument;
  /** Cell that the address names. */
  firstCellId: number | null;
  findings: Findings | undefined;
  problem: string | null;
  styles: ClassStyles;
}

/** Stage and gallery on the dark side, figures beside it. */
export function CaseView({ shownCase, firstCellId, findings, problem, styles }: Props) {
  const viewer = useRef<ViewerHandle>(null);
  const [layers, setLayers] = useState(LAYERS_AT_FIRST);
  const choice = useCellChoice(findings, firstCellId);
  const image = useImage(pictureUrl(shownCase.id));
  const mapTaxonomy = useTaxonomy("smear_map").data;
  const mapped = useMemo(() => mapClasses(findings?.map_pixels ?? null, mapTaxonomy), [findings, mapTaxonomy]);
  const counted = useDifferential(shownCase.id, findings !== undefined);
  const groups = useMemo(() => (counted.data ? tableGroups(counted.data) : []), [counted.data]);

  const step = (by: 1 | -1) => {
    const next = choice.step(by);
    if (next) viewer.current?.reveal(next);
  };
  const act = (action: StageAction) => {
    if (action.kind === "step") step(action.by);
    if (action.kind === "outlines" || action.kind === "nuclei" || action.kind === "map") {
      const { kind } = action;
      setLayers((shown) => ({ ...shown, [kind]: !shown[kind] }));
    }
    if (action.kind === "deselect") choice.select(null);
    if (action.kind === "toggleClass") {
      const line = linesWithCells(groups)[action.place];
      if (line) choice.toggleClasses(line.labels);
    }
  };
  const goToCell = (cell: Cell) => {
    choice.select(cell);
    viewer.current?.centreOn(cell);
  };

  return (
    <main className={classes.layout}>
      <div className={classes.stageColumn}>
        <SmearViewer
          ref={viewer}
          shownCase={shownCase}
          findings={findings}
          styles={styles}
          hiddenClasses={choice.hiddenClasses}
          layers={layers}
          onMapOpacity={(mapOpacity) => setLayers((shown) => ({ ...shown, mapOpacity }))}
          selected={choice.selected}
          onSelect={choice.select}
          onAction={act}
        />
        {!findings && <CaseProgress shownCase={shownCase} problem={problem} />}
        <WhiteCellGallery
          cells={findings?.cells ?? null}
          image={image}
          styles={styles}
          selectedId={choice.selected?.id ?? null}
          onPick={goToCell}
        />
      </div>
      <CasePanel
        shownCase={shownCase}
        findings={findings}
        problem={problem}
        counts={{
          found: counted.data,
          problem: counted.error?.message ?? null,
          onRetry: () => void counted.refetch(),
          groups,
        }}
        choice={choice}
        mapped={layers.map ? mapped : []}
        image={image}
        styles={styles}
        onStep={step}
      />
      <p className="visually-hidden" role="status">
        {choice.selected && announcement(choice.selected, choice.position, styles)}
      </p>
    </main>
  );
}

function announcement(cell: Cell, position: { place: number; of: number } | null, styles: ClassStyles): string {
  const where = position ? `Cell ${position.place} of ${position.of}` : `Cell ${cell.id}`;
  return `${where}: ${describeCell(cell, styles)}`;
}
