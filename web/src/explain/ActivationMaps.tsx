import { Slider } from "@mantine/core";
import { useId, useState } from "react";

import type { ExplainedClass, Explanation } from "../api/types";
import { breakable, capitalised, formatPercent } from "../cells/format";
import { describeMap } from "./activation";
import { VIRIDIS_GRADIENT } from "./colourMap";
import { CropCanvas } from "./CropCanvas";
import classes from "./explain.module.css";

interface Props {
  explanation: Explanation;
  image: CanvasImageSource | null;
}

const LARGE_PX = 352;
const SMALL_PX = 208;
const OPACITY_AT_FIRST = 0.7;

/** Where the evidence for each class lies: one class large, the runners-up beside it, all on one scale. */
export function ActivationMaps({ explanation, image }: Props) {
  const { crop, classes: explained } = explanation;
  const [chosenKey, choose] = useState(explained[0]?.key);
  const [opacity, setOpacity] = useState(OPACITY_AT_FIRST);
  const chosen = explained.find((c) => c.key === chosenKey) ?? explained[0];
  if (!chosen) return <p className={classes.words}>There is no class to explain.</p>;
  return (
    <div className={classes.maps}>
      <div className={classes.pair}>
        <figure>
          <CropCanvas image={image} crop={crop} map={null} opacity={0} pixels={LARGE_PX} label="The cell as the classifier saw it" />
          <figcaption>The cell</figcaption>
        </figure>
        <figure>
          <CropCanvas image={image} crop={crop} map={chosen.map} opacity={opacity} pixels={LARGE_PX} label={mapLabel(chosen)} />
          <figcaption aria-live="polite">What speaks for {chosen.name}</figcaption>
        </figure>
      </div>
      <Strength opacity={opacity} onChange={setOpacity} />
      <ClassTiles {...{ explanation, image, opacity }} chosenKey={chosen.key} onChoose={choose} />
      <p className={classes.words}>
        Bright places speak for the class in this classifier (its class activation map, equal to Grad-CAM). All maps
        share one scale, so classes can be compared. A map shows where the evidence lies. It does not show whether the
        evidence is good, and it is too coarse to outline a nucleus or granules.
      </p>
    </div>
  );
}

const mapLabel = (c: ExplainedClass) => `Activation map of ${c.name}: ${describeMap(c.map)}`;

function Strength({ opacity, onChange }: { opacity: number; onChange: (opacity: number) => void }) {
  return (
    <div className={classes.strength}>
      <span className={classes.legend}>
        <span>weak</span>
        <i style={{ backgroundImage: VIRIDIS_GRADIENT }} aria-hidden="true" />
        <span>strong</span>
      </span>
      <span className={classes.slider}>
        <span aria-hidden="true">Opacity</span>
        <Slider
          size="sm"
          min={0}
          max={100}
          step={5}
          value={Math.round(100 * opacity)}
          onChange={(percent) => onChange(percent / 100)}
          label={(percent) => `${percent} %`}
          thumbLabel="Opacity of the map"
        />
      </span>
    </div>
  );
}

interface TilesProps extends Props {
  opacity: number;
  chosenKey: string;
  onChoose: (key: string) => void;
}

/** The classes side by side; picking one shows it large. */
function ClassTiles({ explanation, image, opacity, chosenKey, onChoose }: TilesProps) {
  const group = useId();
  return (
    <fieldset className={classes.tiles}>
      <legend>The most probable classes side by side</legend>
      {explanation.classes.map((explained) => (
        <label key={explained.key} className={classes.tile}>
          <input
            type="radio"
            className="visually-hidden"
            name={group}
            value={explained.key}
            checked={explained.key === chosenKey}
            onChange={() => onChoose(explained.key)}
          />
          <CropCanvas
            image={image}
            crop={explanation.crop}
            map={explained.map}
            opacity={opacity}
            pixels={SMALL_PX}
            label={describeMap(explained.map)}
          />
          <span>{breakable(capitalised(explained.name))}</span>
          <b>{formatPercent(explained.probability)}</b>
        </label>
      ))}
    </fieldset>
  );
}
