import { Button } from "@mantine/core";
import { IconArchive } from "@tabler/icons-react";

import { Link } from "../frame/Link";
import type { Purpose } from "../routing";
import { PurposeSwitch } from "./PurposeSwitch";
import classes from "./start.module.css";

/** In place of the way in, for those who may look at cases and not add any. */
export function LookOnly({ purpose }: { purpose: Purpose }) {
  return (
    <section className={classes.zone} aria-labelledby="look-title">
      <PurposeSwitch purpose={purpose} />
      <h1 id="look-title">Look at what is there</h1>
      <p className={classes.lead}>
        With your account you can open every case, name pictures of single cells, and learn. To add cases, ask an admin of
        this server for the role of a reviewer.
      </p>
      <div className={classes.ways}>
        <Button size="md" component={Link} href="/archive" leftSection={<IconArchive size={19} stroke={1.7} />}>
          Open the archive
        </Button>
      </div>
    </section>
  );
}
