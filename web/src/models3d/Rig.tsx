import { OrbitControls } from "@react-three/drei";
import { useThree } from "@react-three/fiber";
import { useEffect, useImperativeHandle, useRef, useState, type ComponentRef, type Ref } from "react";
import { Spherical, type OrthographicCamera } from "three";

import { TURN_STEP, ZOOM_STEP, type CameraPose } from "./cameraPose";

export interface RigHandle {
  turn: (across: number, up: number) => void;
  zoom: (by: 1 | -1) => void;
  reset: () => void;
}

interface Props {
  /** Where the camera stands at first and after a reset. */
  home: CameraPose;
  /** Of the largest model. */
  radius: number;
  ref: Ref<RigHandle>;
}

/** How far off the camera stands, in radii of the largest model: far enough for all to lie before it. */
const AWAY = 20;

const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

/** The camera about the model: mouse, touch and, through its handle, keys. */
export function Rig({ home, radius, ref }: Props) {
  const get = useThree((state) => state.get);
  // The one at hand at first: in a VR session the headset's takes its place.
  const [camera] = useState(() => get().camera as OrthographicCamera);
  const invalidate = useThree((state) => state.invalidate);
  const controls = useRef<ComponentRef<typeof OrbitControls>>(null);

  const goHome = () => {
    if (!controls.current) return;
    place(camera, home, radius);
    controls.current.target.set(0, 0, 0);
    controls.current.update();
    invalidate();
  };
  useImperativeHandle(ref, () => ({
    reset: goHome,
    turn: (across, up) => {
      const orbit = controls.current;
      if (!orbit) return;
      orbit.setAzimuthalAngle(orbit.getAzimuthalAngle() + across * TURN_STEP);
      orbit.setPolarAngle(orbit.getPolarAngle() - up * TURN_STEP);
      invalidate();
    },
    zoom: (by) => {
      zoomTo(camera, camera.zoom * ZOOM_STEP ** by);
      controls.current?.update();
      invalidate();
    },
  }));
  // At first the whole model. After that a person may have turned it: a finer model, one beside it or another
  // size of the stage changes only how large things are.
  const fitted = useRef<CameraPose | null>(null);
  useEffect(() => {
    const orbit = controls.current;
    if (!orbit) return;
    if (fitted.current === null) goHome();
    else {
      const from = camera.position.clone().sub(orbit.target).setLength(AWAY * radius);
      camera.position.copy(orbit.target).add(from);
      show(camera, radius, (camera.zoom * home.zoom) / fitted.current.zoom);
      orbit.update();
      invalidate();
    }
    fitted.current = home;
    // eslint-disable-next-line react-hooks/exhaustive-deps -- goHome is made anew with each rendering
  }, [camera, home, radius, invalidate]);

  return (
    <OrbitControls
      ref={controls}
      camera={camera}
      makeDefault
      enableDamping={!calm()}
      dampingFactor={0.18}
      minZoom={home.zoom / 4}
      maxZoom={home.zoom * 40}
    />
  );
}

function place(camera: OrthographicCamera, { azimuth, polar, zoom }: CameraPose, radius: number): void {
  camera.position.setFromSpherical(new Spherical(AWAY * radius, polar, azimuth));
  camera.lookAt(0, 0, 0);
  show(camera, radius, zoom);
}

function show(camera: OrthographicCamera, radius: number, zoom: number): void {
  camera.near = radius;
  camera.far = 3 * AWAY * radius;
  zoomTo(camera, zoom);
}

function zoomTo(camera: OrthographicCamera, zoom: number): void {
  camera.zoom = zoom;
  camera.updateProjectionMatrix();
}
