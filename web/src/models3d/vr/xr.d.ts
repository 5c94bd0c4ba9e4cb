/**
 * What is used of @react-three/xr and @react-three/handle; tsconfig.json puts it in place of their own types. Those
 * declare methods on three's Object3D in a way that hides the class itself behind an interface (three re-exports it).
 */
import type { ComponentType, ReactNode, Ref, RefObject } from "react";
import type { Group, Object3D } from "three";

export interface XrState {
  session: XRSession | undefined;
}

export interface XrStore {
  enterVR: () => Promise<XRSession | undefined>;
  destroy: () => void;
}

export interface XrStoreOptions {
  emulate: false;
  offerSession: false;
  enterGrantedSession: XRSessionMode[];
  baseAssetPath: string;
  defaultControllerProfileId: string;
  controller: ComponentType;
  hand: { model: false };
  anchors: boolean;
  bodyTracking: boolean;
  domOverlay: boolean;
  hitTest: boolean;
  layers: boolean;
  meshDetection: boolean;
  planeDetection: boolean;
}

export function createXRStore(options: XrStoreOptions): XrStore;
export function XR(props: { store: XrStore; children: ReactNode }): ReactNode;
export function useXR<T>(selector: (state: XrState) => T): T;
export function XROrigin(props: { ref: Ref<Group> }): ReactNode;
export function XRSpace(props: { space: XRSpace; children: ReactNode }): ReactNode;
export function DefaultXRController(props: { model: false }): ReactNode;
export function useXRInputSourceStateContext(type: "controller"): { inputSource: XRInputSource };
export interface XrController {
  gamepad: Partial<Record<string, { xAxis?: number; yAxis?: number }>>;
}

export function useXRInputSourceState(type: "controller", hand: "left" | "right"): XrController | undefined;
/** Of @react-three/handle. */
export function useHandle(target: RefObject<Object3D | null>, options: { scale: { uniform: boolean } }): void;
