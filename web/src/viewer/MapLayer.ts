/** The ten-class map over the picture, on a canvas of its own: its opacity changes without drawing it again. */
import { clearedToScreen } from "./canvas";
import type { View } from "./view";

/** Fetches the map when it is first shown; `dispose` takes the canvas away. */
export class MapLayer {
  private readonly canvas = document.createElement("canvas");
  private image: HTMLImageElement | null = null;

  constructor(
    holder: HTMLElement,
    private readonly url: string,
    private readonly onLoad: () => void,
  ) {
    this.canvas.className = "map";
    this.canvas.setAttribute("aria-hidden", "true");
    this.canvas.hidden = true;
    holder.append(this.canvas);
  }

  show(shown: boolean, opacity: number): void {
    this.canvas.hidden = !shown;
    this.canvas.style.opacity = String(opacity);
    if (!shown || this.image) return;
    this.image = new Image();
    this.image.onload = this.onLoad;
    this.image.src = this.url;
  }

  paint(view: View): void {
    const context = this.canvas.getContext("2d");
    if (this.canvas.hidden || !context) return;
    const ratio = clearedToScreen(this.canvas, context, view);
    if (!this.image?.complete || this.image.naturalWidth === 0) return;
    const { naturalWidth, naturalHeight } = this.image;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    // Enlarged pixels keep their class: a colour between two classes means nothing.
    context.imageSmoothingEnabled = ratio * view.scale < 1;
    const [width, height] = [naturalWidth * view.scale, naturalHeight * view.scale];
    // OpenSeadragon draws a picture one pixel larger; without it the border would shine through along the map's.
    context.drawImage(this.image, view.left, view.top, width + 1, height + 1);
  }

  dispose(): void {
    if (this.image) this.image.onload = null;
    this.canvas.remove();
  }
}
