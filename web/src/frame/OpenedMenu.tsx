import { Menu } from "@mantine/core";
import { cloneElement, useEffect, useRef, useState } from "react";

import type { HeaderMenuProps } from "./HeaderMenu";

/** A menu that was asked for: it opens as soon as it is there. */
export default function OpenedMenu({ button, children, ...menu }: HeaderMenuProps) {
  const target = useRef<HTMLButtonElement>(null);
  const [opened, setOpened] = useState(false);
  useEffect(() => {
    // In place of the button that was pressed; the menu hands the focus back to where it was.
    target.current?.focus({ preventScroll: true });
    const frame = requestAnimationFrame(() => setOpened(true));
    return () => cancelAnimationFrame(frame);
  }, []);
  return (
    <Menu {...menu} opened={opened} onChange={setOpened}>
      <Menu.Target>{cloneElement(button, { ref: target })}</Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}
