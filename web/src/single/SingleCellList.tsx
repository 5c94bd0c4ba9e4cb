import { Skeleton } from "@mantine/core";
import { lazy, Suspense, type ReactNode } from "react";

import classes from "./single.module.css";
import type { SingleCells } from "./useSingleCells";

const NamedCells = lazy(() => import("./NamedCells"));

/** The pictures named in this window; they are gone when it is closed. */
export function SingleCellList({ single }: { single: SingleCells }) {
  return (
    <section aria-labelledby="single-title">
      {single.cells.length > 0 ? (
        <Suspense fallback={<Loading />}>
          <NamedCells single={single} />
        </Suspense>
      ) : (
        <>
          <ListHead />
          <p className={classes.none}>
            None yet. Bring pictures that each show one cell, cut out around it. They are not kept on the server.
          </p>
        </>
      )}
    </section>
  );
}

/** What the list is called, and beside it what is said of it. */
export function ListHead({ children }: { children?: ReactNode }) {
  return (
    <div className={classes.listHead}>
      <h2 id="single-title">Single cells</h2>
      {children}
    </div>
  );
}

function Loading() {
  return (
    <>
      <ListHead />
      <div className={classes.cards} aria-busy="true">
        <Skeleton height={132} radius={12} />
      </div>
    </>
  );
}
