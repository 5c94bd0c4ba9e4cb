import { useEffect, useRef } from "react";

import { cameBack, type Route } from "../routing";
import { isReady, pageKey } from "./pageTitle";

/** How long a page may take until its heading is there; then whoever waited has moved on. */
const PATIENCE_MS = 10_000;

/** Moves the focus to the heading of a page that was just opened: a screen reader then tells where one is. */
export function usePageChange(route: Route): void {
  const key = pageKey(route);
  const shown = useRef(key);
  useEffect(() => {
    if (shown.current === key) return; // the first page: the browser itself reads it out
    shown.current = key;
    if (!cameBack()) window.scrollTo(0, 0);
    const before = document.activeElement;
    const greet = () => {
      // Whoever moved on meanwhile keeps the focus.
      const moved = document.activeElement !== before && document.activeElement !== document.body;
      const heading = mainHeading();
      if (!moved && heading) focusOn(heading);
      return moved || heading !== null;
    };
    if (greet()) return;
    const watch = new MutationObserver(() => {
      if (greet()) watch.disconnect();
    });
    watch.observe(document.body, { childList: true, characterData: true, subtree: true });
    const end = setTimeout(() => watch.disconnect(), PATIENCE_MS);
    return () => {
      watch.disconnect();
      clearTimeout(end);
    };
  }, [key]);
}

/** Moves the focus past the header. */
export function skipToContent(): void {
  const content = document.querySelector("main");
  if (content) focusOn(content);
}

function mainHeading(): HTMLElement | null {
  const headings = [...document.querySelectorAll<HTMLElement>("main h1, header h1")];
  return headings.find((heading) => isReady(heading.textContent)) ?? null;
}

function focusOn(element: HTMLElement) {
  // Takes the focus by script, yet is no stop of the Tab key.
  if (!element.hasAttribute("tabindex")) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}
