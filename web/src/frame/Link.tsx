import type { ComponentPropsWithoutRef, MouseEvent } from "react";

import { goTo } from "../routing";

/** A link inside the application: no page load, yet open-in-new-tab and keyboard work as ever. */
export function Link({ href, onClick, children, ...rest }: ComponentPropsWithoutRef<"a"> & { href: string }) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (event.defaultPrevented || !plain) return;
    event.preventDefault();
    goTo(href);
  };
  return (
    <a href={href} onClick={follow} {...rest}>
      {children}
    </a>
  );
}
