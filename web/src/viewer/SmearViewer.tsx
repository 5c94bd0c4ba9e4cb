import { useEffect, useEffectEvent, useImperativeHandle, useRef, useState, type KeyboardEvent, type Ref } from "react";

import { pictureUrl, resultUrl } from "../api/client";
import type { CaseDocument, Cell, Findings } from "../api/types";
import type { ClassStyles } from "../cells/classStyles";
import { CellTooltip } from "./CellTooltip";
import { actionOf, KEY_HELP, type StageAction } from "./keys";
import type { Layers } from "./layers";
import { MapOpacity } from "./MapOpacity";
import type { OutlineState } from "./OutlinePainter";
import { ScaleBar } from "./ScaleBar";
import { SmearStage } from "./SmearStage";
import classes from "./stage.module.css";
import type { View } from "./view";
import { ViewerToolbar } from "./ViewerToolbar";

export interface ViewerHandle {
  centreOn: (cell: Cell) => void;
  reveal: (cell: Cell) => void;
  act: (action: StageAction) => void;
  /** The place of the picture in the middle of the stage. */
  middle: () => [number, number] | null;
}

/** What a page that corrects cells needs beyond looking. */
export interface Drawing {
  /** Selected besides the one. */
  selectedIds: ReadonlySet<number>;
  /** Whether a drag draws in place of moving the picture. */
  pencil: boolean;
  onDrawn: (line: [number, number][]) => void;
  keyHelp: [string, string][];
}

const ONLY_LOOKING: Drawing = { selectedIds: new Set(), pencil: false, onDrawn: () => undefined, keyHelp: KEY_HELP };

interface Props {
  shownCase: CaseDocument;
  findings: Findings | undefined;
  styles: ClassStyles;
  hiddenClasses: ReadonlySet<string>;
  layers: Layers;
  onMapOpacity: (opacity: number) => void;
  selected: Cell | null;
  onSelect: (cell: Cell | null, more: boolean) => void;
  /** Keys that concern more than the stage itself. */
  onAction: (action: StageAction) => void;
  /** Where it is given, the page has keys of its own, which then hold on the stage, too. */
  drawing?: Drawing;
  ref: Ref<ViewerHandle>;
}

/** The picture with its outlines: zoom, pan, hover, pick. */
export function SmearViewer(props: Props) {
  const { shownCase, findings, styles, hiddenClasses, layers, onMapOpacity, selected, onSelect, onAction, ref } = props;
  const holder = useRef<HTMLDivElement>(null);
  const stage = useRef<SmearStage | null>(null);
  const [view, setView] = useState<View | null>(null);
  const [hovered, setHovered] = useState<Cell | null>(null);
  const [status, setStatus] = useState<"loading" | "ready" | "broken">("loading");
  const { selectedIds, pencil, keyHelp, onDrawn } = props.drawing ?? ONLY_LOOKING;
  const pick = useEffectEvent((cell: Cell | null, more: boolean) => onSelect(cell, more));
  const draw = useEffectEvent((line: [number, number][]) => onDrawn(line));

  const { id, width, height } = shownCase;
  useEffect(() => {
    if (!holder.current) return;
    const urls = { picture: pictureUrl(id), map: resultUrl(id, "map.png") };
    const made = new SmearStage(holder.current, urls, { width, height }, {
      onView: setView,
      onHover: setHovered,
      onPick: pick,
      onDrawn: draw,
      onReady: () => setStatus("ready"),
      onBroken: () => setStatus("broken"),
    });
    stage.current = made;
    return () => {
      made.dispose();
      stage.current = null;
    };
  }, [id, width, height]);

  useEffect(() => {
    if (findings) stage.current?.setCells(findings.cells, styles);
  }, [findings, styles, id]);

  useEffect(() => {
    const state: OutlineState = {
      hiddenClasses,
      outlinesShown: layers.outlines,
      nucleiShown: layers.nuclei,
      selectedIds: selected ? new Set([...selectedIds, selected.id]) : selectedIds,
      hoveredId: hovered?.id ?? null,
    };
    stage.current?.setState(state);
  }, [hiddenClasses, layers.outlines, layers.nuclei, selected, selectedIds, hovered, findings]);

  useEffect(() => {
    stage.current?.takePencil(pencil);
  }, [pencil, id, width, height]);

  const hasMap = findings !== undefined && findings.map_pixels !== null;
  const hasNuclei = findings?.cells.some((cell) => cell.nucleus_polygons.length > 0) ?? false;
  useEffect(() => {
    stage.current?.showMap(hasMap && layers.map, layers.mapOpacity);
  }, [hasMap, layers.map, layers.mapOpacity, id, width, height]);

  const act = (action: StageAction) => {
    if (action.kind === "zoom") stage.current?.zoomBy(action.by);
    else if (action.kind === "pan") stage.current?.panBy(action.columns, action.rows);
    else if (action.kind === "fit") stage.current?.fit();
    else onAction(action);
  };
  useImperativeHandle(ref, () => ({
    centreOn: (cell) => stage.current?.centreOn(cell),
    reveal: (cell) => stage.current?.reveal(cell),
    act,
    middle: () => stage.current?.middle() ?? null,
  }));
  const press = (event: KeyboardEvent) => {
    const action = props.drawing ? null : actionOf(event);
    if (!action) return;
    event.preventDefault();
    act(action);
  };

  const scale = findings?.scale;
  return (
    <div className={classes.stage} data-status={status} data-view={view ? viewText(view) : undefined}>
      {/* A zoomable picture is a widget of its own: it takes the focus and keys as a whole. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        ref={holder}
        className={classes.picture}
        data-pencil={pencil || undefined}
        data-review-keys={props.drawing ? true : undefined}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        role="application"
        aria-label={`Picture ${shownCase.name} with the outlines of the cells. ${props.drawing ? "J and K" : "N and P"} go from cell to cell.`}
        onKeyDown={press}
      />
      {status === "broken" && <p className={classes.broken}>The picture could not be loaded. Reload the page to try again.</p>}
      <ViewerToolbar
        layers={layers}
        keyHelp={keyHelp}
        has={{ outlines: true, nuclei: hasNuclei, map: hasMap }}
        onZoom={(by) => act({ kind: "zoom", by })}
        onFit={() => act({ kind: "fit" })}
        onToggle={(kind) => act({ kind })}
      />
      {hasMap && layers.map && <MapOpacity opacity={layers.mapOpacity} onChange={onMapOpacity} />}
      {view && scale && (
        <ScaleBar
          mppUm={scale.mpp_um}
          estimated={scale.origin === "estimated"}
          screenPxPerPicturePx={view.scale}
          widestPx={Math.min(140, view.width / 4)}
        />
      )}
      {view && hovered && !pencil && hovered.id !== selected?.id && <CellTooltip cell={hovered} view={view} styles={styles} />}
    </div>
  );
}

const viewText = (view: View) => [view.scale, view.left, view.top].map((n) => n.toFixed(3)).join(",");
