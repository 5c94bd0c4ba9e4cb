import { ActionIcon, useComputedColorScheme } from "@mantine/core";
import { IconMoon, IconSun } from "@tabler/icons-react";
import { lazy } from "react";

import { HeaderMenu } from "./HeaderMenu";

const ThemeChoices = lazy(() => import("./ThemeChoices"));

/** Light, dark, or as the system has it. */
export function ThemeMenu() {
  const Shown = useComputedColorScheme("light") === "dark" ? IconMoon : IconSun;
  return (
    <HeaderMenu
      position="bottom-end"
      width={180}
      button={
        <ActionIcon variant="subtle" color="gray" size={40} aria-label="Theme">
          <Shown size={20} stroke={1.6} />
        </ActionIcon>
      }
    >
      <ThemeChoices />
    </HeaderMenu>
  );
}
