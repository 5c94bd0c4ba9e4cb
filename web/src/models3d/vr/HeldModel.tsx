import { useFrame } from "@react-three/fiber";
import { useHandle } from "@react-three/handle";
import { useEffect, useMemo, useRef } from "react";
import { Raycaster, Vector3, type Intersection, type Object3D, type Ray } from "three";

import type { ModelOnShow } from "../ModelOnShow";
import type { ViewWords } from "../StageOverlay";
import type { SolidModel } from "../SolidModel";
import { stand, unstand, type Standing } from "./standing";
import { TextSign } from "./TextSign";

interface Props {
  shown: ModelOnShow;
  standing: Standing;
  words: ViewWords;
}

interface Pointed {
  object: Object3D;
  point: Vector3;
  ray: Ray;
  /** "ray" from afar; "grab" of a hand in the model. */
  pointerType: string;
}

/** One model to grab with a hand, to scale with two, and to point at for the name of a part. */
export function HeldModel({ shown, standing, words }: Props) {
  const target = useRef<Object3D>(shown.object);
  const sign = useMemo(() => new TextSign(0.03), []);
  const tag = useMemo(() => new TextSign(0.026), []);
  useHandle(target, { scale: { uniform: true } });

  useEffect(() => {
    const { object } = shown;
    stand(object, standing);
    return () => unstand(object);
  }, [shown, standing]);
  useEffect(() => sign.write([words.title, words.notice]), [sign, words]);
  useEffect(() => {
    const name = (event: unknown) => {
      const pointed = event as Pointed;
      const { object, point } = pointed.pointerType === "ray" ? (seenThrough(shown.model, pointed) ?? pointed) : pointed;
      tag.write([nameAt(shown.model, object)]);
      tag.placeAbove(point);
    };
    const unname = () => tag.write([]);
    return listening(shown.object, { pointermove: name, pointerleave: unname });
  }, [shown, tag]);
  useEffect(
    () => () => {
      sign.dispose();
      tag.dispose();
    },
    [sign, tag],
  );
  // The notice stays by the model wherever it is carried, and faces whoever walks about it.
  useFrame(({ camera }) => sign.placeBefore(shown.model.box, shown.object.matrixWorld, eyes.setFromMatrixPosition(camera.matrixWorld)));
  return (
    <>
      <primitive object={sign} />
      <primitive object={tag} />
    </>
  );
}

const caster = new Raycaster();
const eyes = new Vector3();

/** What a ray shows of a body: through what is clear, the first that is not. */
function seenThrough(model: SolidModel, { object, ray }: Pointed): Intersection | undefined {
  const body = model.bodyOf(object);
  if (!body) return undefined;
  caster.ray.copy(ray);
  const hits = caster.intersectObject(body.object);
  const clear = (one: Object3D) => model.parts.some(({ meshes }) => meshes.some((mesh) => mesh === one && mesh.material.transparent));
  return hits.find((hit) => !clear(hit.object)) ?? hits[0];
}

/** The part that is pointed at; in a field of many bodies, the body as well. */
function nameAt(model: SolidModel, object: Object3D): string {
  const part = model.parts.find(({ meshes }) => meshes.some((mesh) => mesh === object || mesh === object.parent))?.name ?? "";
  const body = model.bodies.length > 1 ? model.bodyOf(object)?.name : undefined;
  return body && body !== part ? `${body} (${part})` : part;
}

type Listener = (event: unknown) => void;

/** Hears events of VR pointers, which three.js's types do not know; returns how to stop. */
function listening(object: Object3D, listeners: Record<string, Listener>): () => void {
  const target = object as unknown as Record<"addEventListener" | "removeEventListener", (type: string, l: Listener) => void>;
  for (const [type, listener] of Object.entries(listeners)) target.addEventListener(type, listener);
  return () => {
    for (const [type, listener] of Object.entries(listeners)) target.removeEventListener(type, listener);
  };
}
