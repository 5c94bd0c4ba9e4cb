import { ActionIcon, Button, Kbd, Tooltip } from "@mantine/core";
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconCheck,
  IconKeyboard,
  IconPencil,
  IconPlus,
  IconSquareCheck,
  IconTrash,
} from "@tabler/icons-react";
import type { ReactNode } from "react";

import classes from "./review.module.css";

export type Tool = "add" | "redraw";

interface Props {
  chosen: number;
  tool: Tool | null;
  several: boolean;
  can: { edit: boolean; confirm: boolean; undo: boolean; redo: boolean };
  onConfirm: () => void;
  onRemove: () => void;
  onTool: (tool: Tool) => void;
  onSeveral: () => void;
  onUndo: () => void;
  onRedo: () => void;
  onHelp: () => void;
}

/** What can be done to the chosen cells, for the pointer and the finger; each has a key as well. */
export function ReviewCommands({ chosen, tool, several, can, ...on }: Props) {
  return (
    <div className={classes.commands} role="toolbar" aria-label="Corrections">
      <Button
        size="sm"
        // The shade of the light theme in both: white on the dark theme's own is too faint.
        color="petrol.7"
        leftSection={<IconCheck size={18} />}
        rightSection={<Kbd className={`${classes.onAccent ?? ""} ${classes.long ?? ""}`}>↵</Kbd>}
        disabled={!can.confirm || chosen === 0}
        onClick={on.onConfirm}
      >
        Confirm{chosen > 1 ? ` ${chosen}` : ""}
      </Button>
      <Command label="Remove: there is no cell" hotkey="Delete" icon={<IconTrash />} disabled={!can.edit || chosen === 0} onClick={on.onRemove} />
      <Command label="Draw the cell again" hotkey="R" icon={<IconPencil />} pressed={tool === "redraw"} disabled={!can.edit || chosen !== 1} onClick={() => on.onTool("redraw")} />
      <Command label="Add a cell" hotkey="A" icon={<IconPlus />} pressed={tool === "add"} disabled={!can.edit} onClick={() => on.onTool("add")} />
      <Command label="Choose several" hotkey="Ctrl or Shift and click" icon={<IconSquareCheck />} pressed={several} disabled={false} onClick={on.onSeveral} />
      <span className={classes.apart} />
      <Command label="Undo" hotkey="Z" icon={<IconArrowBackUp />} disabled={!can.undo} onClick={on.onUndo} />
      <Command label="Redo" hotkey="Shift+Z" icon={<IconArrowForwardUp />} disabled={!can.redo} onClick={on.onRedo} />
      <span className={classes.long}>
        <Command label="Keys" hotkey="?" icon={<IconKeyboard />} disabled={false} onClick={on.onHelp} />
      </span>
    </div>
  );
}

interface CommandProps {
  label: string;
  hotkey: string;
  icon: ReactNode;
  pressed?: boolean;
  disabled: boolean;
  onClick: () => void;
}

function Command({ label, hotkey, icon, pressed, disabled, onClick }: CommandProps) {
  return (
    <Tooltip label={`${label} (${hotkey})`} openDelay={400}>
      <ActionIcon
        className={classes.command}
        variant={pressed ? "filled" : "default"}
        size={40}
        aria-label={label}
        aria-pressed={pressed}
        disabled={disabled}
        onClick={onClick}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
