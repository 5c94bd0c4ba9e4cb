import type { Object3D, OrthographicCamera, Scene, WebGLRenderer } from "three";

import type { Frame } from "./labelLayout";

/** Draws each object alone, in a view of its own, all as one camera sees them. */
export function drawViews(
  renderer: WebGLRenderer,
  scene: Scene,
  camera: OrthographicCamera,
  views: readonly { object: Object3D; frame: Frame }[],
  size: { width: number; height: number },
): void {
  renderer.setScissorTest(true);
  for (const { object, frame } of views) {
    for (const other of views) other.object.visible = other.object === object;
    const bottom = size.height - frame.top - frame.height;
    renderer.setViewport(frame.left, bottom, frame.width, frame.height);
    renderer.setScissor(frame.left, bottom, frame.width, frame.height);
    reshape(camera, frame);
    renderer.render(scene, camera);
  }
  for (const { object } of views) object.visible = true;
  renderer.setScissorTest(false);
  renderer.setViewport(0, 0, size.width, size.height);
  // Controls measure what they move by the whole stage.
  reshape(camera, size);
}

/** One unit of length takes `zoom` pixels, whatever the size. */
function reshape(camera: OrthographicCamera, { width, height }: { width: number; height: number }): void {
  camera.left = -width / 2;
  camera.right = width / 2;
  camera.top = height / 2;
  camera.bottom = -height / 2;
  camera.updateProjectionMatrix();
}
