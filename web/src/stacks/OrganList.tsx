import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconEye, IconEyeOff, IconFocus2 } from "@tabler/icons-react";

import { capitalised } from "../cells/format";
import { formatMl } from "./organWords";
import classes from "./stacks.module.css";
import type { Organ } from "./types";
import type { ViewerChange } from "./viewerState";

interface Props {
  organs: readonly Organ[];
  hidden: ReadonlySet<number>;
  onChange: (change: ViewerChange) => void;
  /** Puts the cross into an organ. */
  onGoTo: (organ: Organ) => void;
}

/** The organs with their volumes; each can be hidden, and gone to. */
export function OrganList({ organs, hidden, onChange, onGoTo }: Props) {
  const all = organs.map((organ) => organ.label);
  const cut = organs.some((organ) => organ.cut);
  if (organs.length === 0) return <p className={classes.dim}>No organ was found in this stack.</p>;
  return (
    <section aria-labelledby="organs-title">
      <div className={classes.organsHead}>
        <h2 id="organs-title">Organs</h2>
        <Button.Group>
          <Button size="compact-xs" variant="default" onClick={() => onChange({ kind: "showOnly", labels: null, all })}>
            All
          </Button>
          <Button size="compact-xs" variant="default" onClick={() => onChange({ kind: "showOnly", labels: [], all })}>
            None
          </Button>
        </Button.Group>
      </div>
      <table className={classes.organs}>
        <thead>
          <tr>
            <th scope="col">Organ</th>
            <th scope="col">mL</th>
            <th scope="col">Slices</th>
            <th scope="col">
              <span className="visually-hidden">Go to</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {organs.map((organ) => {
            const shown = !hidden.has(organ.label);
            return (
              <tr key={organ.label} data-shown={shown}>
                <th scope="row">
                  <button
                    type="button"
                    className={classes.organ}
                    aria-pressed={shown}
                    title={shown ? `Hide ${organ.name}` : `Show ${organ.name}`}
                    onClick={() => onChange({ kind: "toggleOrgan", label: organ.label })}
                  >
                    <i style={{ background: organ.colour }} aria-hidden="true" />
                    <span>{capitalised(organ.name)}</span>
                    {shown ? <IconEye size={16} stroke={1.7} /> : <IconEyeOff size={16} stroke={1.7} />}
                  </button>
                </th>
                <td>{formatMl(organ.volume_ml)}</td>
                <td>
                  {organ.first_slice}–{organ.last_slice}
                  {organ.cut && (
                    <Tooltip label="Reaches the end of the stack: the volume may be too small">
                      <IconAlertTriangle className={classes.cut} size={15} stroke={1.8} aria-label="reaches the end of the stack" />
                    </Tooltip>
                  )}
                </td>
                <td>
                  <ActionIcon variant="subtle" color="gray" size={30} aria-label={`Go to ${organ.name}`} onClick={() => onGoTo(organ)}>
                    <IconFocus2 size={17} stroke={1.7} />
                  </ActionIcon>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {cut && (
        <p className={classes.note}>
          <IconAlertTriangle size={15} stroke={1.8} aria-hidden="true" /> reaches the end of the stack: its volume is that of the part
          that is shown.
        </p>
      )}
    </section>
  );
}
