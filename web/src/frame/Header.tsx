import { useEffect, type ReactNode } from "react";

import { AccountMenu } from "../accounts/AccountMenu";
import { useRoute } from "../routing";
import classes from "./frame.module.css";
import { Link } from "./Link";
import { Logo } from "./Logo";
import { Navigation } from "./Navigation";
import { titleOf } from "./pageTitle";
import { ThemeMenu } from "./ThemeMenu";
import { skipToContent } from "./usePageChange";

/** Name of the product, the ways through it, what is open, and what can be done with it. */
export function Header({ title, children }: { title?: string | undefined; children?: ReactNode }) {
  const route = useRoute();
  const documentTitle = titleOf(route, title);
  useEffect(() => {
    document.title = documentTitle;
  }, [documentTitle]);
  return (
    <header className={classes.header}>
      <button type="button" className={classes.skip} onClick={skipToContent}>
        Skip to the content
      </button>
      <Link href="/" className={classes.home} aria-label="Cytovox, start page">
        <Logo />
        <span>Cytovox</span>
      </Link>
      <Navigation page={route.page} />
      {title && (
        <h1 className={classes.title} title={title}>
          {title}
        </h1>
      )}
      <div className={classes.actions}>
        {children}
        <ThemeMenu />
        <AccountMenu />
      </div>
    </header>
  );
}
