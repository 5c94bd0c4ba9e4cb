import { ActionIcon, Slider } from "@mantine/core";
import { IconEye, IconEyeOff } from "@tabler/icons-react";
import { SRGBColorSpace } from "three";

import { capitalised } from "../cells/format";
import classes from "./models3d.module.css";
import type { Part, SolidModel } from "./SolidModel";
import type { ViewChange, ViewSettings } from "./viewSettings";

interface Props {
  models: readonly SolidModel[];
  settings: ViewSettings;
  onChange: (change: ViewChange) => void;
}

/** The parts of the models: shown or not, and how clear. */
export function PartsList({ models, settings, onChange }: Props) {
  const parts = partsOfAll(models);
  return (
    <section aria-labelledby="parts-title">
      <h2 id="parts-title">Parts</h2>
      <ul className={classes.parts}>
        {parts.map((part) => {
          const shown = !settings.hidden.has(part.name);
          return (
            <li key={part.name} data-shown={shown}>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={32}
                aria-label={`${shown ? "Hide" : "Show"} ${part.name}`}
                onClick={() => onChange({ kind: "togglePart", name: part.name })}
              >
                {shown ? <IconEye size={18} stroke={1.7} /> : <IconEyeOff size={18} stroke={1.7} />}
              </ActionIcon>
              <i style={{ background: `#${part.colour.getHexString(SRGBColorSpace)}` }} aria-hidden="true" />
              <span>{capitalised(part.name)}</span>
              <Slider
                size="sm"
                min={0.05}
                max={1}
                step={0.05}
                label={(value) => `${Math.round(100 * value)} %`}
                thumbLabel={`Opacity of ${part.name}`}
                disabled={!shown}
                value={settings.opacity.get(part.name) ?? part.opacity}
                onChange={(opacity) => onChange({ kind: "setOpacity", name: part.name, opacity })}
              />
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Each name once: it is set for all models together, so that they stay comparable. */
function partsOfAll(models: readonly SolidModel[]): Part[] {
  const parts = new Map<string, Part>();
  for (const part of models.flatMap((model) => model.parts)) if (!parts.has(part.name)) parts.set(part.name, part);
  return [...parts.values()];
}
