import { Button } from "@mantine/core";
import { IconArchive } from "@tabler/icons-react";

import { Link } from "../frame/Link";
import type { Purpose } from "../routing";
import classes from "./start.module.css";
import { Zone } from "./Zone";

/** In place of the way in, for those who may look at cases and not add any. */
export function LookOnly({ purpose }: { purpose: Purpose }) {
  return (
    <Zone
      purpose={purpose}
      title="Look at what is there"
      lead="With your account you can open every case, name pictures of single cells, and learn. To add cases, ask an admin of this server for the role of a reviewer."
    >
      <div className={classes.ways}>
        <Button size="md" component={Link} href="/archive" leftSection={<IconArchive size={19} stroke={1.7} />}>
          Open the archive
        </Button>
      </div>
    </Zone>
  );
}
