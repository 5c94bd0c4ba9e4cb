import { Canvas, type RootState } from "@react-three/fiber";
import { useImperativeHandle, useMemo, useRef, useState, type KeyboardEvent, type ReactNode, type Ref } from "react";
import { NeutralToneMapping } from "three";

import { wholePose } from "./cameraPose";
import { Lighting } from "./Lighting";
import { ModelOnShow } from "./ModelOnShow";
import { ModelToolbar } from "./ModelToolbar";
import { ModelViews, type Seen } from "./ModelViews";
import classes from "./models3d.module.css";
import { Rig, type RigHandle } from "./Rig";
import { SizeWatch } from "./SizeWatch";
import { snapshot } from "./snapshot";
import type { Body, SolidModel } from "./SolidModel";
import { StageOverlay, type OverlayHandle, type ViewWords } from "./StageOverlay";
import { actionOf, type StageAction } from "./stageKeys";
import { viewFrames } from "./viewFrames";
import type { ViewChange, ViewSettings } from "./viewSettings";
import { webGlWorks } from "./webGlWorks";

export interface StagedModel extends ViewWords {
  model: SolidModel;
}

export interface StageHandle {
  /** A PNG of the stage as it is, with names, scale bar and notices. */
  picture: () => Promise<Blob | null>;
}

interface Props {
  /** One model, or several side by side that turn together. */
  staged: readonly StagedModel[];
  status: "loading" | "coarse" | "ready" | "failed";
  /** What the scale bar's length is worth: "≈" stands before an estimate. */
  estimated: boolean;
  settings: ViewSettings;
  onChange: (change: ViewChange) => void;
  /** Keys and buttons that concern more than the stage. */
  onAction: (action: StageAction) => void;
  onPick?: (body: Body) => void;
  /** What stands in for the models before they are there. */
  children?: ReactNode;
  /** More of the scene, made for the models in it: virtual reality. */
  scene?: (shown: readonly ModelOnShow[]) => ReactNode;
  hasBeside: boolean;
  ref?: Ref<StageHandle>;
}

/** Where models are held: turned, cut open, named, measured. */
export function ModelStage(props: Props) {
  const { staged, status, estimated, settings, onChange, onAction, onPick, children, scene, hasBeside, ref } = props;
  const holder = useRef<HTMLDivElement>(null);
  const rig = useRef<RigHandle>(null);
  const overlay = useRef<OverlayHandle>(null);
  const three = useRef<RootState | null>(null);
  const seen = useRef<Seen | null>(null);
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  const shown = useOnShow(staged);
  const radius = Math.max(0, ...shown.map(({ model }) => model.radius));
  const home = useMemo(() => {
    const view = size && viewFrames(size, Math.max(1, shown.length))[0];
    return view && shown.length > 0 ? wholePose(shown.map(({ model }) => model.halves), view) : null;
  }, [size, shown]);

  useImperativeHandle(ref, () => ({
    picture: () => {
      const state = three.current;
      if (!state || !holder.current) return Promise.resolve(null);
      state.advance(performance.now()); // the drawing is gone once the browser has shown it
      const unit = staged[0]?.model.unit ?? "µm";
      return snapshot(state.gl.domElement, holder.current, { seen: seen.current, words: staged, unit, estimated });
    },
  }));

  const act = (action: StageAction) => {
    if (action.kind === "turn") rig.current?.turn(action.across, action.up);
    else if (action.kind === "zoom") rig.current?.zoom(action.by);
    else if (action.kind === "moveSection" || action.kind === "toggleSection" || action.kind === "toggleLabels") onChange(action);
    else if (action.kind === "fullScreen") void toggleFullScreen(holder.current);
    else {
      if (action.kind === "reset") {
        rig.current?.reset();
        onChange({ kind: "reset" });
      }
      onAction(action);
    }
  };
  const press = (event: KeyboardEvent) => {
    const action = actionOf(event);
    if (!action) return;
    event.preventDefault();
    act(action);
  };
  const show = (now: Seen) => {
    seen.current = now;
    overlay.current?.show(now);
  };

  if (!webGlWorks()) {
    return (
      <div className={classes.stage} data-status="failed">
        <p className={classes.message} role="alert">
          This browser cannot draw in 3D: WebGL 2 is off or missing. The models can still be downloaded.
        </p>
      </div>
    );
  }
  return (
    <div ref={holder} className={classes.stage} data-status={status}>
      {/* A model to turn is a widget of its own: it takes the focus and keys as a whole. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        className={classes.canvas}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        role="application"
        aria-label={described(staged)}
        onKeyDown={press}
      >
        <Canvas
          orthographic
          frameloop="demand"
          dpr={[1, 2]}
          gl={{ stencil: true, localClippingEnabled: true, toneMapping: NeutralToneMapping }}
          onCreated={(state) => {
            three.current = state;
            state.setEvents({ enabled: onPick !== undefined });
          }}
        >
          <SizeWatch onSize={setSize} />
          <Lighting />
          {home && <Rig ref={rig} home={home} radius={radius} />}
          <ModelViews
            shown={shown}
            settings={settings}
            onSeen={show}
            onPoint={onPick && ((body, x, y) => overlay.current?.point(body && { name: body.name, x, y }))}
            onPick={onPick}
          />
          {scene?.(shown)}
        </Canvas>
      </div>
      <StageOverlay ref={overlay} words={staged} unit={staged[0]?.model.unit ?? "µm"} estimated={estimated} />
      {children}
      <ModelToolbar settings={settings} hasBeside={hasBeside} onAction={act} />
    </div>
  );
}

/** The models in the hands of the stage; the same ones for as long as the models are the same. */
function useOnShow(staged: readonly StagedModel[]): readonly ModelOnShow[] {
  const [kept] = useState(() => new WeakMap<SolidModel, ModelOnShow>());
  return useMemo(
    () =>
      staged.map(({ model }) => {
        const shown = kept.get(model) ?? new ModelOnShow(model);
        kept.set(model, shown);
        return shown;
      }),
    [staged, kept],
  );
}

function described(staged: readonly StagedModel[]): string {
  const models = staged.map(({ title, model }) => `${title}: ${model.parts.map((part) => part.name).join(", ")}`);
  return `3D model. ${models.join(". ")}. The arrow keys turn it, plus and minus zoom, C cuts it open.`;
}

async function toggleFullScreen(element: HTMLElement | null): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen();
  else await element?.requestFullscreen();
}
