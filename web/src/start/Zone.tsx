import type { ReactNode } from "react";

import type { Purpose } from "../routing";
import { PurposeSwitch } from "./PurposeSwitch";
import classes from "./start.module.css";

interface Props {
  purpose: Purpose;
  title: string;
  lead: string;
  children: ReactNode;
}

/** The dark ground of the start page: what it is for, and what can be done there. */
export function Zone({ purpose, title, lead, children }: Props) {
  return (
    <section className={classes.zone} aria-labelledby="zone-title">
      <PurposeSwitch purpose={purpose} />
      <h1 id="zone-title">{title}</h1>
      <p className={classes.lead}>{lead}</p>
      {children}
    </section>
  );
}
