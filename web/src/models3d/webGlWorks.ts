let answer: boolean | null = null;

/** Whether this browser draws in 3D; asked once. */
export function webGlWorks(): boolean {
  if (answer !== null) return answer;
  const context = document.createElement("canvas").getContext("webgl2");
  answer = context !== null;
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return answer;
}
