import { ActionIcon, Button } from "@mantine/core";
import { IconCube, IconX } from "@tabler/icons-react";

import type { Cell, Scale } from "../api/types";
import { styleOf, type ClassStyles } from "../cells/classStyles";
import { capitalised, formatArea, formatDiameter, formatPercent } from "../cells/format";
import { shapeFacts } from "../cells/morphometry";
import { CellExplanation } from "../explain/CellExplanation";
import { Link } from "../frame/Link";
import { caseHref, modelHref } from "../routing";
import { CellCrop } from "./CellCrop";
import classes from "./panels.module.css";
import { StepButtons } from "./StepButtons";
import { Verdict, VerdictLine } from "./Verdict";

interface Props {
  caseId: string;
  cell: Cell | null;
  position: { place: number; of: number } | null;
  image: HTMLImageElement | null;
  scale: Scale;
  level: number | null;
  styles: ClassStyles;
  onStep: (by: 1 | -1) => void;
  onClose: () => void;
}

/** Everything known about the selected cell. */
export function CellDetails({ caseId, cell, position, image, scale, level, styles, onStep, onClose }: Props) {
  if (!cell) {
    return (
      <section className={classes.hint} aria-label="Selected cell">
        <p>Select a cell to see it close up.</p>
        <StepButtons onStep={onStep} />
      </section>
    );
  }
  const style = styleOf(styles, cell.label);
  return (
    <section className={classes.cell} aria-labelledby="cell-title">
      <div className={classes.cellHead}>
        <CellCrop image={image} cell={cell} colour={style.colour} sizePx={104} outlined />
        <div>
          <div className={classes.cellTools}>
            <span className={classes.dim}>
              {position ? `${position.place} of ${position.of}` : `Cell ${cell.id}`}
            </span>
            <StepButtons onStep={onStep} />
            <ActionIcon variant="subtle" color="gray" size={32} aria-label="Let go of the cell" onClick={onClose}>
              <IconX size={17} stroke={1.7} />
            </ActionIcon>
          </div>
          <h2 id="cell-title">{capitalised(style.name)}</h2>
          <VerdictLine cell={cell} styles={styles} />
        </div>
      </div>
      <Verdict cell={cell} styles={styles} level={level} />
      {scale.mpp_um !== null && (
        <Button
          component={Link}
          href={modelHref(caseId, cell.id)}
          variant="default"
          size="compact-md"
          className={classes.in3d}
          leftSection={<IconCube size={17} stroke={1.7} />}
          // The browser's way back then leads to this cell.
          onClick={() => window.history.replaceState(null, "", caseHref(caseId, cell.id))}
        >
          3D
        </Button>
      )}
      <CellExplanation caseId={caseId} cell={cell} image={image} styles={styles} level={level} />
      <dl className={classes.facts}>
        <CellSize cell={cell} scale={scale} />
        {shapeFacts(cell).map(({ name, value, scaled }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {value ?? <small>not measured</small>} {scaled && <EstimatedScale scale={scale} />}
            </dd>
          </div>
        ))}
        <div>
          <dt>Found with</dt>
          <dd>{formatPercent(cell.score)} certainty</dd>
        </div>
      </dl>
    </section>
  );
}

function EstimatedScale({ scale }: { scale: Scale }) {
  return scale.origin === "estimated" ? <small>estimated scale</small> : null;
}

function CellSize({ cell, scale }: { cell: Cell; scale: Scale }) {
  if (cell.area_um2 === null) {
    return (
      <div>
        <dt>Area</dt>
        <dd>
          {Math.round(cell.area_px)} px² <small>scale unknown</small>
        </dd>
      </div>
    );
  }
  const note = <EstimatedScale scale={scale} />;
  return (
    <>
      <div>
        <dt>Area</dt>
        <dd>
          {formatArea(cell.area_um2)} {note}
        </dd>
      </div>
      <div>
        <dt>Diameter of the same area</dt>
        <dd>
          {formatDiameter(cell.area_um2)} {note}
        </dd>
      </div>
    </>
  );
}
