import { Button } from "@mantine/core";
import type { ReactNode } from "react";

import classes from "./frame.module.css";

interface Props {
  /** What went wrong: words, or a heading and paragraphs. */
  children: ReactNode;
  /** Asks for it once more. */
  onRetry?: () => unknown;
  /** Where it stands on its page. */
  className?: string | undefined;
}

/** What went wrong, and how to try again; read out as it appears. */
export function Problem({ children, onRetry, className = "" }: Props) {
  return (
    <div className={`${classes.problem} ${className}`} role="alert">
      {children}
      {onRetry && (
        <Button variant="default" onClick={() => void onRetry()}>
          Try again
        </Button>
      )}
    </div>
  );
}
