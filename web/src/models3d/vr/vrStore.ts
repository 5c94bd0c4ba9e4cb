import { createXRStore } from "@react-three/xr";

import { VrController } from "./VrController";

/** A VR session to be: nothing in it comes from another server, and nothing is asked that is not needed. */
export const makeVrStore = () =>
  createXRStore({
    emulate: false,
    offerSession: false,
    enterGrantedSession: ["immersive-vr"],
    // Which button is which: by default these files, and models of controllers and hands, come from a CDN.
    baseAssetPath: new URL("/xr-input/", window.location.href).href,
    defaultControllerProfileId: "generic-trigger-squeeze-thumbstick",
    controller: VrController,
    hand: { model: false },
    anchors: false,
    bodyTracking: false,
    domOverlay: false,
    hitTest: false,
    layers: false,
    meshDetection: false,
    planeDetection: false,
  });

export type VrStore = ReturnType<typeof makeVrStore>;
