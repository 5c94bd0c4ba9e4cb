import { useEffect, useEffectEvent, useState } from "react";

import { filesOf } from "./checkPicture";
import classes from "./intake.module.css";

interface Props {
  onFiles: (files: File[]) => void;
  /** Takes a drop as a whole, in place of `onFiles`: folders are in it. */
  onDrop?: (dropped: DataTransfer | null) => void;
}

/** Takes pictures dropped or pasted anywhere in the window. */
export function WindowDrop({ onFiles, onDrop }: Props) {
  const [hovering, setHovering] = useState(false);
  const deliver = useEffectEvent((files: File[]) => {
    if (files.length > 0) onFiles(files);
  });
  const take = useEffectEvent((dropped: DataTransfer | null) => {
    if (onDrop) onDrop(dropped);
    else deliver(filesOf(dropped));
  });

  useEffect(() => {
    let depth = 0;
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const enter = (event: DragEvent) => {
      if (carriesFiles(event)) setHovering(++depth > 0);
    };
    const leave = (event: DragEvent) => {
      if (carriesFiles(event)) setHovering((depth = Math.max(0, depth - 1)) > 0);
    };
    const over = (event: DragEvent) => {
      if (carriesFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      depth = 0;
      setHovering(false);
      if (!carriesFiles(event)) return;
      event.preventDefault();
      take(event.dataTransfer);
    };
    const paste = (event: ClipboardEvent) => deliver(filesOf(event.clipboardData));
    window.addEventListener("dragenter", enter);
    window.addEventListener("dragleave", leave);
    window.addEventListener("dragover", over);
    window.addEventListener("drop", drop);
    window.addEventListener("paste", paste);
    return () => {
      window.removeEventListener("dragenter", enter);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("dragover", over);
      window.removeEventListener("drop", drop);
      window.removeEventListener("paste", paste);
    };
  }, []);

  return hovering ? (
    <div className={classes.curtain} aria-hidden="true">
      <p>Let go to analyse</p>
    </div>
  ) : null;
}
