import { UnstyledButton } from "@mantine/core";
import { useEffect, useRef } from "react";

import type { Cell } from "../api/types";
import { styleOf, type ClassStyles } from "../cells/classStyles";
import { formatPercent } from "../cells/format";
import { CellCrop } from "./CellCrop";
import classes from "./panels.module.css";

interface Props {
  /** Null until the analysis is done. */
  cells: readonly Cell[] | null;
  image: HTMLImageElement | null;
  styles: ClassStyles;
  selectedId: number | null;
  onPick: (cell: Cell) => void;
}

/** The white cells side by side; each one leads to its place on the picture. */
export function WhiteCellGallery({ cells, image, styles, selectedId, onPick }: Props) {
  const strip = useRef<HTMLUListElement>(null);
  useEffect(() => {
    strip.current?.querySelector("[aria-pressed=true]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [selectedId]);
  return (
    <section className={classes.gallery} aria-label="White cells">
      {cells?.length === 0 && <p>No white cells in this picture.</p>}
      <ul ref={strip}>
        {cells?.map((cell) => {
          const style = styleOf(styles, cell.label);
          return (
            <li key={cell.id}>
              <UnstyledButton
                className={classes.thumb}
                style={{ "--class-colour": style.colour }}
                aria-pressed={cell.id === selectedId}
                aria-label={`${style.name}, ${formatPercent(cell.confidence)}: show it on the picture`}
                onClick={() => onPick(cell)}
              >
                <CellCrop image={image} cell={cell} colour={style.colour} sizePx={72} />
                <span>
                  <b>{style.short}</b> {formatPercent(cell.confidence)}
                </span>
              </UnstyledButton>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
