import { Skeleton } from "@mantine/core";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState } from "react";

import type { CaseDocument } from "../api/types";
import { cameBack } from "../routing";
import classes from "./archive.module.css";
import { CaseRow, type CaseAction } from "./CaseRow";

/** Before a row is measured. */
const ROW_PX = 92;
const OVERSCAN = 8;
/** How far down the list was when it was left, by the address of its view. */
const left = { address: "", scroll: 0 };

interface Props {
  cases: readonly CaseDocument[];
  /** Of the whole list; those that are not loaded yet have a place in it. */
  total: number;
  deleted: boolean;
  selected: ReadonlySet<string>;
  onSelect: (id: string, selected: boolean, range: boolean) => void;
  onAct: (action: CaseAction, on: CaseDocument) => void;
  /** Hears that rows come into view that are not loaded. */
  onMore: () => void;
}

/** All cases of a view; only those in the window, and a few around them, are in the document. */
export function CaseList({ cases, total, deleted, selected, onSelect, onAct, onMore }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const top = useTop(list);
  const rows = useWindowVirtualizer({
    count: Math.max(total, cases.length),
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    scrollMargin: top,
    getItemKey: (at) => cases[at]?.id ?? at,
    onChange: ({ scrollOffset }) => {
      left.address = window.location.href;
      left.scroll = scrollOffset ?? 0;
    },
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= cases.length) onMore();
  }, [last, cases.length, onMore]);
  return (
    <ul ref={list} className={classes.list} style={{ height: rows.getTotalSize() }} aria-label="Cases">
      {shown.map(({ index, key, start }) => {
        const one = cases[index];
        return (
          <li
            key={key}
            ref={rows.measureElement}
            data-index={index}
            className={classes.item}
            style={{ translate: `0 ${start - top}px` }}
            aria-setsize={total}
            aria-posinset={index + 1}
          >
            {one ? (
              <CaseRow
                shown={one}
                deleted={deleted}
                selected={selected.has(one.id)}
                onSelect={(on, range) => onSelect(one.id, on, range)}
                onAct={onAct}
              />
            ) : (
              <Skeleton className={classes.unloaded} aria-label="Loading" />
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** Where the list begins on the page; and, of a list that one comes back to, where one was. */
function useTop(list: React.RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measure = () => setTop((list.current?.getBoundingClientRect().top ?? 0) + window.scrollY);
    measure();
    if (cameBack() && left.address === window.location.href) window.scrollTo(0, left.scroll);
    const watch = new ResizeObserver(measure);
    watch.observe(document.body);
    return () => watch.disconnect();
  }, [list]);
  return top;
}
