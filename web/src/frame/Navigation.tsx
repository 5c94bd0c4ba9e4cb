import { IconArchive, IconPhotoUp, IconSchool, type Icon } from "@tabler/icons-react";
import { lazy } from "react";

import type { Route } from "../routing";
import classes from "./frame.module.css";
import { HeaderMenu } from "./HeaderMenu";
import { LESSONS } from "./lessons";
import { Link } from "./Link";

const LessonItems = lazy(() => import("./LessonItems"));

/** The ways through the application: in the header, or along the lower edge of a phone. */
export function Navigation({ page }: { page: Route["page"] }) {
  const learns = LESSONS.some((lesson) => lesson.page === page);
  return (
    <nav className={classes.navigation} aria-label="Main">
      <Way href="/" words="Start" Sign={IconPhotoUp} open={page === "start"} />
      <Way href="/archive" words="Archive" Sign={IconArchive} open={page === "archive"} />
      <HeaderMenu
        position="bottom"
        width={190}
        button={
          <button type="button" className={classes.way} aria-current={learns || undefined}>
            <IconSchool size={22} stroke={1.6} aria-hidden="true" />
            Learn
          </button>
        }
      >
        <LessonItems page={page} />
      </HeaderMenu>
    </nav>
  );
}

function Way({ href, words, Sign, open }: { href: string; words: string; Sign: Icon; open: boolean }) {
  return (
    <Link href={href} className={classes.way} aria-current={open ? "page" : undefined}>
      <Sign size={22} stroke={1.6} aria-hidden="true" />
      {words}
    </Link>
  );
}
