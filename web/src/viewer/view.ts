/** Where the picture stands on the screen. */
export interface View {
  /** Screen pixels per picture pixel. */
  scale: number;
  /** Screen position of the picture's top left corner, in CSS pixels of the stage. */
  left: number;
  top: number;
  /** Size of the stage in CSS pixels. */
  width: number;
  height: number;
}

export const toPicture = (view: View, x: number, y: number): [number, number] => [
  (x - view.left) / view.scale,
  (y - view.top) / view.scale,
];

export const toScreen = (view: View, x: number, y: number): [number, number] => [
  x * view.scale + view.left,
  y * view.scale + view.top,
];
