import { Component, Suspense, type ReactNode } from "react";

import { Header } from "../frame/Header";
import { MessagePage } from "./MessagePage";
import classes from "./pages.module.css";

interface Props {
  children: ReactNode;
}

/** Holds the place of a page that still loads, and says so when one breaks, in place of an empty window. */
export class PageBoundary extends Component<Props, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (this.state.broken) {
      return (
        <MessagePage title="This page could not be shown">
          Reload it; if that does not help, check that the server still runs.
        </MessagePage>
      );
    }
    return <Suspense fallback={<Loading />}>{this.props.children}</Suspense>;
  }
}

function Loading() {
  return (
    <>
      <Header />
      <main className={classes.loading} aria-busy="true" aria-label="Loading" />
    </>
  );
}
