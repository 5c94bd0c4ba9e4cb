import { ActionIcon, SegmentedControl } from "@mantine/core";
import { useLocalStorage, useMediaQuery } from "@mantine/hooks";
import { IconAdjustmentsHorizontal } from "@tabler/icons-react";
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";

import { pictureUrl } from "../api/client";
import type { CaseDocument, Cell, Findings } from "../api/types";
import type { ClassStyles } from "../cells/classStyles";
import { LAYERS_AT_FIRST } from "../viewer/layers";
import { SmearViewer, type Drawing, type ViewerHandle } from "../viewer/SmearViewer";
import { AgreementPanel } from "./AgreementPanel";
import { all, only } from "./choice";
import { ChosenLine } from "./ChosenLine";
import { classKeys } from "./classKeys";
import { ClassPalette } from "./ClassPalette";
import { Gallery } from "./Gallery";
import { whiteCellsSeen } from "./gallery";
import { KeysDialog } from "./KeysDialog";
import { QueueNotice } from "./QueueNotice";
import { ReviewCommands, type Tool } from "./ReviewCommands";
import { GalleryFilters, ReviewHead, SeenSoFar } from "./ReviewHead";
import classes from "./review.module.css";
import { KEY_HELP } from "./reviewKeys";
import type { Review } from "./types";
import type { Held } from "./useChoice";
import { cropSide, useBitmap } from "./useCrops";
import { usePageKeys } from "./usePageKeys";
import type { ShownReview } from "./useReview";
import type { Reviewer } from "./useReviewer";
import { useReviewWork } from "./useReviewWork";

interface Props {
  shownCase: CaseDocument;
  found: Findings;
  styles: ClassStyles;
  reviewer: Reviewer;
  shown: ShownReview & { review: Review };
}

const HINTS: Record<Tool, string> = {
  add: "Click the cell, or draw round it. Enter puts it in the middle of the view, Esc leaves.",
  redraw: "Draw round the cell. Esc leaves.",
};

/** The picture on one side; all its cells, and what can be done to them, on the other. */
export function ReviewView({ shownCase, found, styles, reviewer, shown }: Props) {
  const viewer = useRef<ViewerHandle>(null);
  const [layers, setLayers] = useState(LAYERS_AT_FIRST);
  const [side, setSide] = useState<"cells" | "agreement">("cells");
  const [single, setSingle] = useLocalStorage({ key: "cytovox.single-keys", defaultValue: true });
  const isPhone = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const bitmap = useBitmap(pictureUrl(shownCase.id));
  const work = useReviewWork({ found, shown, styles, me: reviewer.name, mayEdit: reviewer.mayEdit, viewer });
  const { cells, list, choice, chosen, current, tool, editable } = work;
  const [helpShown, showHelp] = useState(false);
  const [optionsOpen, setOptionsOpen] = useState(false);
  const keys = useMemo(() => classKeys(styles), [styles]);
  usePageKeys(work.opened?.finer ?? keys, single, (action) => {
    if (action.kind === "help") showHelp(true);
    else work.act(action);
  });

  const sidePx = useMemo(() => cropSide(found.cells), [found.cells]);
  const seen = useMemo(() => whiteCellsSeen(cells), [cells]);
  const counts = useMemo(() => countedByClass(cells), [cells]);
  const corrected = useMemo(() => ({ ...found, cells }), [found, cells]);
  const drawing: Drawing = { selectedIds: choice.ids, pencil: tool !== null, onDrawn: work.draw, keyHelp: KEY_HELP };
  const goTo = (id: number) => {
    const cell = work.byId.get(id);
    if (!cell) return;
    work.choose(only(id));
    viewer.current?.centreOn(cell);
  };

  const isBlind = work.reading === "blind";
  const pickFromGallery = (cell: Cell, held: Held) => {
    work.pick(cell, held);
    if (!held.range && !held.more && !work.several) viewer.current?.centreOn(cell);
  };
  // The same function always, or each step would draw every crop in sight anew.
  const latestPick = useRef(pickFromGallery);
  useLayoutEffect(() => {
    latestPick.current = pickFromGallery;
  });
  const steadyPick = useCallback((cell: Cell, held: Held) => latestPick.current(cell, held), []);
  return (
    <main className={classes.layout}>
      <div className={classes.stage}>
        <SmearViewer
          ref={viewer}
          shownCase={shownCase}
          findings={corrected}
          styles={styles}
          hiddenClasses={NONE_HIDDEN}
          layers={layers}
          onMapOpacity={(mapOpacity) => setLayers((now) => ({ ...now, mapOpacity }))}
          selected={current}
          onSelect={(cell, more) => work.pick(cell, { range: false, more })}
          onAction={(action) => {
            const { kind } = action;
            if (kind === "outlines" || kind === "nuclei" || kind === "map") setLayers((now) => ({ ...now, [kind]: !now[kind] }));
          }}
          drawing={drawing}
        />
      </div>
      <section className={classes.panel} aria-label="Review">
        <div className={classes.top}>
          <SeenSoFar seen={seen} />
          {isPhone && (
            <ActionIcon
              variant="default"
              size={40}
              aria-label="What is shown, and your name"
              aria-expanded={optionsOpen}
              onClick={() => setOptionsOpen(!optionsOpen)}
            >
              <IconAdjustmentsHorizontal size={20} stroke={1.7} />
            </ActionIcon>
          )}
        </div>
        <QueueNotice queue={shown.queue} queued={shown.queued} />
        {(!isPhone || optionsOpen) && (
          <div className={classes.options}>
            <ReviewHead reviewer={reviewer} reading={work.reading} onReading={work.read} />
            <div className={classes.filters}>
              <SegmentedControl
                size="xs"
                aria-label="Side"
                value={side}
                onChange={setSide}
                data={[
                  { value: "cells", label: "Cells" },
                  { value: "agreement", label: "Agreement" },
                ]}
              />
              {side === "cells" && (
                <GalleryFilters shown={list.shown} order={list.order} counts={list.counts} onShown={list.setShown} onOrder={list.setOrder} />
              )}
            </div>
          </div>
        )}
        {side === "agreement" ? (
          <AgreementPanel caseId={shownCase.id} edits={shown.review.edits} styles={styles} blind={isBlind} onGoTo={goTo} />
        ) : (
          <>
            {list.cells.length === 0 && <p className={classes.none}>{EMPTY[cells.length === 0 ? "all" : list.shown]}</p>}
            <Gallery
              groups={list.groups}
              bitmap={bitmap}
              sidePx={sidePx}
              styles={styles}
              choice={choice}
              strip={isPhone}
              onPick={steadyPick}
              onChooseAll={(group) => work.choose(all(group.cells.map((cell) => cell.id)))}
              onConfirmAll={editable && !isBlind ? (group) => work.confirm(group.cells) : null}
              onColumns={work.setColumns}
            />
          </>
        )}
        <div className={classes.work}>
          <ChosenLine cells={chosen} styles={styles} hint={tool ? HINTS[tool] : null} />
          <ReviewCommands
            chosen={chosen.length}
            tool={tool}
            several={work.several}
            can={{ edit: editable, confirm: editable && !isBlind, undo: editable && shown.review.can_undo, redo: editable && shown.review.can_redo }}
            onConfirm={() => work.confirm(chosen)}
            onRemove={() => work.act({ kind: "remove" })}
            onTool={(kind) => work.act({ kind })}
            onSeveral={() => work.setSeveral(!work.several)}
            onUndo={() => work.act({ kind: "undo" })}
            onRedo={() => work.act({ kind: "redo" })}
            onHelp={() => showHelp(true)}
          />
          <ClassPalette
            keys={keys}
            opened={work.opened}
            counts={counts}
            current={current?.label ?? null}
            disabled={!editable || chosen.length === 0}
            onName={(key) => work.act({ kind: "class", key })}
            onBack={() => work.act({ kind: "leave" })}
          />
        </div>
      </section>
      <KeysDialog opened={helpShown} single={single} onSingle={setSingle} onClose={() => showHelp(false)} />
      <p className="visually-hidden" role="status">
        {work.said}
      </p>
    </main>
  );
}

const NONE_HIDDEN: ReadonlySet<string> = new Set();

const EMPTY = {
  all: "No cells were found. Press A to add one.",
  unseen: "All cells were seen.",
  doubtful: "No doubtful cells are left.",
};

function countedByClass(cells: readonly Cell[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { label } of cells) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}
