import { useFrame, useThree, type ThreeEvent } from "@react-three/fiber";
import { useEffect } from "react";
import { Vector3, type OrthographicCamera } from "three";

import { drawViews } from "./drawViews";
import type { Anchor, Frame } from "./labelLayout";
import type { ModelOnShow } from "./ModelOnShow";
import { cellIdOf, type Body, type SolidModel } from "./SolidModel";
import { viewFrames } from "./viewFrames";
import type { ViewSettings } from "./viewSettings";

export interface SeenView {
  frame: Frame;
  anchors: Anchor[];
}

export interface Seen {
  views: SeenView[];
  azimuth: number;
  polar: number;
  /** Screen pixels per unit of length. */
  zoom: number;
}

interface Props {
  shown: readonly ModelOnShow[];
  settings: ViewSettings;
  /** Hears after each frame what is to be seen where. */
  onSeen: (seen: Seen) => void;
  /** Hears which body is pointed at; in a single view only. */
  onPoint: ((body: Body | null, x: number, y: number) => void) | undefined;
  onPick: ((body: Body) => void) | undefined;
}

/** The models, each in a view of its own, turned together. */
export function ModelViews({ shown, settings, onSeen, onPoint, onPick }: Props) {
  const invalidate = useThree((state) => state.invalidate);
  const get = useThree((state) => state.get);
  useEffect(() => {
    for (const one of shown) one.set(settings);
    invalidate();
  }, [shown, settings, invalidate]);

  useFrame(({ gl, scene, camera, size }) => {
    if (gl.xr.isPresenting) {
      for (const one of shown) one.update();
      gl.render(scene, camera);
      return;
    }
    const seenFrom = camera as OrthographicCamera;
    const views = viewFrames(size, shown.length).flatMap((frame, place) => {
      const one = shown[place];
      return one ? [{ one, object: one.object, frame }] : [];
    });
    for (const { one } of views) one.update();
    drawViews(gl, scene, seenFrom, views, size);
    const seen = views.map(({ one, frame }) => ({
      frame,
      anchors: settings.labels ? anchorsOf(one.model, settings, seenFrom, frame) : [],
    }));
    onSeen({ views: seen, zoom: seenFrom.zoom, ...turnOf(seenFrom) });
  }, 1);

  // A headset's pointers send their own events here, which know no place on the page; a trigger must not leave the room.
  const inSession = () => get().gl.xr.isPresenting;
  const single = shown.length === 1 ? shown[0] : undefined;
  const bodyAt = (event: ThreeEvent<PointerEvent | MouseEvent>) => single?.model.bodyOf(event.object) ?? null;
  return shown.map((one) => (
    <Owned
      key={one.object.uuid}
      shown={one}
      {...(onPoint && {
        onPointerMove: (event: ThreeEvent<PointerEvent>) => {
          if (inSession()) return;
          event.stopPropagation();
          onPoint(bodyAt(event), event.nativeEvent.offsetX, event.nativeEvent.offsetY);
        },
        onPointerOut: () => onPoint(null, 0, 0),
      })}
      {...(onPick && {
        onClick: (event: ThreeEvent<MouseEvent>) => {
          if (inSession()) return;
          event.stopPropagation();
          const body = bodyAt(event);
          // A drag that ends on a cell is no click on it.
          if (body && cellIdOf(body) !== null && event.delta < 4) onPick(body);
        },
      })}
    />
  ));
}

interface OwnedProps {
  shown: ModelOnShow;
  onPointerMove?: (event: ThreeEvent<PointerEvent>) => void;
  onPointerOut?: () => void;
  onClick?: (event: ThreeEvent<MouseEvent>) => void;
}

/** A model that is disposed of when it leaves the scene: not before, for a frame might still draw it. */
function Owned({ shown, ...handlers }: OwnedProps) {
  useEffect(() => () => shown.dispose(), [shown]);
  return <primitive object={shown.object} {...handlers} />;
}

const onScreen = new Vector3();

/** Where some points of each part of a model are on the stage. */
function anchorsOf(
  model: SolidModel,
  { hidden, section }: ViewSettings,
  camera: OrthographicCamera,
  frame: Frame,
): Anchor[] {
  const limit = model.box.min[section.axis] + section.place * (model.box.max[section.axis] - model.box.min[section.axis]);
  return model.parts
    .filter((part) => !hidden.has(part.name))
    .map((part) => ({
      name: part.name,
      points: part.points
        .filter((point) => !section.on || point[section.axis] <= limit)
        .map((point) => {
          onScreen.copy(point).applyMatrix4(camera.matrixWorldInverse);
          const x = frame.left + frame.width / 2 + onScreen.x * camera.zoom;
          const y = frame.top + frame.height / 2 - onScreen.y * camera.zoom;
          return [x, y] as const;
        }),
    }));
}

function turnOf(camera: OrthographicCamera): { azimuth: number; polar: number } {
  camera.getWorldDirection(onScreen).negate();
  return { azimuth: Math.atan2(onScreen.x, onScreen.z), polar: Math.acos(Math.min(1, Math.max(-1, onScreen.y))) };
}
