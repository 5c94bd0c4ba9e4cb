import { UnstyledButton } from "@mantine/core";
import { useEffect, useMemo, useRef, useState } from "react";

import type { Cell } from "../api/types";
import { styleOf, type ClassStyles } from "../cells/classStyles";
import { formatCount, formatPercent } from "../cells/format";
import { galleryCells, isOfNote, type GalleryOrder } from "../cells/galleryOrder";
import { describeCell, doubtOf } from "../cells/predictions";
import { StageSegments } from "../frame/StageSegments";
import { CellCrop } from "./CellCrop";
import classes from "./panels.module.css";

interface Props {
  /** All found cells; null until the analysis is done. */
  cells: readonly Cell[] | null;
  image: HTMLImageElement | null;
  styles: ClassStyles;
  selectedId: number | null;
  onPick: (cell: Cell) => void;
}

type Shown = "all" | "doubtful";

/** The cells worth a look each side by side; each one leads to its place on the picture. */
export function WhiteCellGallery({ cells, image, styles, selectedId, onPick }: Props) {
  const strip = useRef<HTMLUListElement>(null);
  const [shown, setShown] = useState<Shown>("all");
  const [order, setOrder] = useState<GalleryOrder>("class");
  const all = useMemo(() => galleryCells(cells ?? [], order, false), [cells, order]);
  const doubtful = useMemo(() => galleryCells(cells ?? [], order, true), [cells, order]);
  const listed = shown === "all" ? all : doubtful;
  const name = all.some(isOfNote) ? "White cells, infected red cells and clumps" : "White cells";
  useEffect(() => {
    strip.current?.querySelector("[aria-pressed=true]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [selectedId, listed]);
  return (
    <section className={classes.gallery} aria-label={name}>
      {all.length > 0 && (
        <div className={classes.galleryTools}>
          <StageSegments
            size="xs"
            aria-label="Cells shown"
            value={shown}
            onChange={setShown}
            data={[
              { value: "all", label: `All ${formatCount(all.length)}` },
              { value: "doubtful", label: `Needs a look ${formatCount(doubtful.length)}` },
            ]}
          />
          <StageSegments
            size="xs"
            aria-label="Order of the cells"
            value={order}
            onChange={setOrder}
            data={[
              { value: "class", label: "By class" },
              { value: "doubt", label: "Least certain first" },
            ]}
          />
        </div>
      )}
      {cells && listed.length === 0 && (
        <p>{all.length === 0 ? "No white cells in this picture." : "No cell needs a look."}</p>
      )}
      <ul ref={strip}>
        {listed.map((cell) => (
          <li key={cell.id}>
            <Thumb cell={cell} image={image} styles={styles} pressed={cell.id === selectedId} onPick={() => onPick(cell)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface ThumbProps {
  cell: Cell;
  image: HTMLImageElement | null;
  styles: ClassStyles;
  pressed: boolean;
  onPick: () => void;
}

function Thumb({ cell, image, styles, pressed, onPick }: ThumbProps) {
  const style = styleOf(styles, cell.label);
  const doubt = doubtOf(cell);
  const named = cell.unidentified ? style.short : `${style.short} `;
  return (
    <UnstyledButton
      className={classes.thumb}
      style={{ "--class-colour": style.colour }}
      data-doubt={doubt ?? undefined}
      aria-pressed={pressed}
      onClick={onPick}
    >
      <CellCrop image={image} cell={cell} colour={style.colour} sizePx={72} />
      <span>
        <b>{named}</b>
        {!cell.unidentified && formatPercent(cell.confidence)}
      </span>
      <span className="visually-hidden">
        {`, ${describeCell(cell, styles)}${doubt ? ", needs a look" : ""}: show it on the picture`}
      </span>
    </UnstyledButton>
  );
}
