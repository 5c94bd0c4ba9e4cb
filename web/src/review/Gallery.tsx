import { Button } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";

import type { Cell } from "../api/types";
import type { ClassStyles } from "../cells/classStyles";
import { breakable, capitalised, formatCount } from "../cells/format";
import { ClassSwatch } from "../panels/ClassSwatch";
import type { Choice } from "./choice";
import { galleryRows, type Group, type Row } from "./gallery";
import { CROP_PX, GalleryCrop } from "./GalleryCrop";
import classes from "./review.module.css";

const GAP_PX = 8;
const PADDING_PX = 12;
const LABEL_PX = 22;
const HEAD_PX = 42;
const STRIP_HEAD_PX = 104;

interface Props {
  groups: readonly Group[];
  bitmap: ImageBitmap | null;
  sidePx: number;
  styles: ClassStyles;
  choice: Choice;
  /** One line that scrolls sideways, as on a phone. */
  strip: boolean;
  onPick: (cell: Cell, held: { range: boolean; more: boolean }) => void;
  onChooseAll: (group: Group) => void;
  /** Null where there is nothing to confirm. */
  onConfirmAll: ((group: Group) => void) | null;
  onColumns: (columns: number) => void;
}

/** All cells side by side, class by class. Only those in sight are drawn: there may be thousands. */
export function Gallery(props: Props) {
  const { groups, choice, strip, onColumns } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const columns = useColumns(scroller, strip);
  useEffect(() => onColumns(columns), [columns, onColumns]);
  const rows = useMemo(() => galleryRows(groups, columns), [groups, columns]);
  // The list is small: what it hands out is read in this function alone, so memoising it away does no harm.
  // eslint-disable-next-line react-hooks/incompatible-library
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (at) => sizeOf(rows[at], strip),
    horizontal: strip,
    overscan: 4,
  });
  const { current } = choice;
  useLayoutEffect(() => list.measure(), [list, strip, rows]);
  useEffect(() => {
    const at = rows.findIndex((row) => row.kind === "cells" && row.cells.some((cell) => cell.id === current));
    if (at < 0) return;
    list.scrollToIndex(at, { align: "auto" });
    // Whoever moves with the focus in the gallery keeps it there.
    const focused = document.activeElement;
    if (!focused?.matches("[data-cell]") || !scroller.current?.contains(focused)) return;
    requestAnimationFrame(() => {
      scroller.current?.querySelector<HTMLElement>(`[data-cell="${current ?? ""}"]`)?.focus({ preventScroll: true });
    });
  }, [current, rows, list]);
  const first = groups[0]?.cells[0]?.id ?? null;
  const extent = `${list.getTotalSize()}px`;
  return (
    <div ref={scroller} className={classes.gallery} data-strip={strip || undefined}>
      <div style={strip ? { width: extent, height: "100%" } : { height: extent }}>
        {list.getVirtualItems().map((item) => {
          const row = rows[item.index];
          const moved = strip ? `translateX(${item.start}px)` : `translateY(${item.start}px)`;
          return (
            row && (
              <div key={item.key} className={classes.line} style={{ transform: moved }}>
                {row.kind === "head" ? <Head group={row.group} {...props} /> : <Crops row={row} tabStop={current ?? first} {...props} />}
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

function Crops({ row, tabStop, bitmap, sidePx, styles, choice, onPick }: Props & { row: Extract<Row, { kind: "cells" }>; tabStop: number | null }) {
  return (
    <ul className={classes.crops} aria-label={capitalised(row.group.style.name)}>
      {row.cells.map((cell) => (
        <li key={cell.id}>
          <GalleryCrop
            cell={cell}
            bitmap={bitmap}
            sidePx={sidePx}
            styles={styles}
            chosen={choice.ids.has(cell.id)}
            tabStop={cell.id === tabStop}
            onPick={onPick}
          />
        </li>
      ))}
    </ul>
  );
}

function Head({ group, strip, onChooseAll, onConfirmAll }: Props & { group: Group }) {
  const { style, cells } = group;
  return (
    <div className={classes.groupHead} data-class={style.key}>
      <ClassSwatch style={style} />
      <h3>
        {breakable(capitalised(style.name))} <small>{formatCount(cells.length)}</small>
      </h3>
      <Button variant="subtle" size="compact-sm" onClick={() => onChooseAll(group)} aria-label={`Choose all: ${style.name}`}>
        {strip ? "All" : "Choose all"}
      </Button>
      {onConfirmAll && !strip && (
        <Button variant="subtle" size="compact-sm" onClick={() => onConfirmAll(group)} aria-label={`Confirm all: ${style.name}`}>
          Confirm all
        </Button>
      )}
    </div>
  );
}

function sizeOf(row: Row | undefined, strip: boolean): number {
  if (strip) return (row?.kind === "head" ? STRIP_HEAD_PX : CROP_PX) + GAP_PX;
  return row?.kind === "head" ? HEAD_PX : CROP_PX + LABEL_PX + GAP_PX;
}

/** Crops in a line; as many as the gallery is wide. */
function useColumns(scroller: React.RefObject<HTMLDivElement | null>, strip: boolean): number {
  const [columns, setColumns] = useState(1);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || strip) return;
    const measure = () => setColumns(Math.max(1, Math.floor((element.clientWidth - 2 * PADDING_PX + GAP_PX) / (CROP_PX + GAP_PX))));
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    return () => watch.disconnect();
  }, [scroller, strip]);
  return strip ? 1 : columns;
}
