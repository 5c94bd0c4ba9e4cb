import type { MenuProps } from "@mantine/core";
import { cloneElement, lazy, Suspense, useState, type ComponentPropsWithRef, type ReactElement } from "react";

const OpenedMenu = lazy(() => import("./OpenedMenu"));

export interface HeaderMenuProps extends Pick<MenuProps, "position" | "width" | "children"> {
  button: ReactElement<ComponentPropsWithRef<"button">>;
}

/** A button of the header. The menu that it opens is loaded when somebody first asks for it. */
export function HeaderMenu({ button, ...menu }: HeaderMenuProps) {
  const [asked, setAsked] = useState(false);
  const closed = cloneElement(button, { onClick: () => setAsked(true), "aria-haspopup": "menu", "aria-expanded": false });
  if (!asked) return closed;
  return (
    <Suspense fallback={closed}>
      <OpenedMenu button={button} {...menu} />
    </Suspense>
  );
}
