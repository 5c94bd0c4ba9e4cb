import { Button } from "@mantine/core";
import type { ReactNode } from "react";

import { Footer } from "../frame/Footer";
import { Header } from "../frame/Header";
import { goTo } from "../routing";
import classes from "./pages.module.css";

/** A page that has only something to say. */
export function MessagePage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <>
      <Header />
      <main className={classes.message}>
        <h1>{title}</h1>
        <p>{children}</p>
        <Button onClick={() => goTo("/")}>Go to the start page</Button>
      </main>
      <Footer />
    </>
  );
}
