import type { ReactNode } from "react";

import classes from "./frame.module.css";
import { Link } from "./Link";
import { Logo } from "./Logo";
import { ThemeMenu } from "./ThemeMenu";

/** Name of the product, what is open, and what can be done with it. */
export function Header({ title, children }: { title?: string | undefined; children?: ReactNode }) {
  return (
    <header className={classes.header}>
      <Link href="/" className={classes.home} aria-label="Cytovox, start page">
        <Logo />
        <span>Cytovox</span>
      </Link>
      {title && (
        <h1 className={classes.title} title={title}>
          {title}
        </h1>
      )}
      <div className={classes.actions}>
        {children}
        <ThemeMenu />
      </div>
    </header>
  );
}
