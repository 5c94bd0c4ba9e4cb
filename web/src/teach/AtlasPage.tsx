import { Button, Chip, Group, Skeleton, TextInput } from "@mantine/core";
import { IconSchool, IconSearch } from "@tabler/icons-react";
import { useMemo } from "react";

import { capitalised } from "../cells/format";
import { Footer } from "../frame/Footer";
import { Header } from "../frame/Header";
import { Link } from "../frame/Link";
import page from "../frame/page.module.css";
import { Problem } from "../frame/Problem";
import { replaceAddress, useSearch } from "../routing";
import { atlasHref, found, viewOf, type AtlasView } from "./atlasAddress";
import { useLessons, type Lesson } from "./atlasApi";
import { LessonPicture } from "./LessonPicture";
import { LessonView } from "./LessonView";
import classes from "./teach.module.css";

/** The textbook to leaf through: all classes of cells, and a page of each. */
export default function AtlasPage() {
  const search = useSearch();
  const view = useMemo(() => viewOf(search), [search]);
  const lessons = useLessons();
  const open = lessons.data?.find((lesson) => lesson.key === view.cell);
  return (
    <>
      <Header>
        <Button component={Link} href="/quiz" variant="default" leftSection={<IconSchool size={17} stroke={1.8} />}>
          Quiz
        </Button>
      </Header>
      <main className={`${page.page} ${classes.page}`} aria-busy={lessons.isPending}>
        {open && lessons.data ? (
          <LessonView key={open.key} lesson={open} lessons={lessons.data} view={view} />
        ) : (
          <>
            <h1>Atlas of cells</h1>
            <p className={page.lead}>
              The usual look of each class of cell in blood and bone marrow. Models are drawn from textbook figures. They
              are not cells of any picture.
            </p>
            {lessons.error ? (
              <Problem className={classes.failed} onRetry={lessons.refetch}>
                The atlas could not be loaded. {lessons.error.message}
              </Problem>
            ) : (
              <Overview lessons={lessons.data} view={view} />
            )}
          </>
        )}
      </main>
      <Footer />
    </>
  );
}

function Overview({ lessons, view }: { lessons: readonly Lesson[] | undefined; view: AtlasView }) {
  const shown = lessons && found(lessons, view);
  const lineages = new Map(lessons?.map((lesson) => [lesson.lineage, lesson.lineage_name]));
  const show = (change: Partial<AtlasView>) => replaceAddress(atlasHref({ ...view, cell: null, ...change }));
  return (
    <>
      <search className={classes.filters}>
        <TextInput
          aria-label="Search the atlas"
          placeholder="Name, letters or code"
          leftSection={<IconSearch size={17} stroke={1.7} />}
          value={view.text}
          onChange={(event) => show({ text: event.currentTarget.value })}
        />
        <Chip.Group value={view.lineage ?? ""} onChange={(line) => show({ lineage: line === "" ? null : line })}>
          <Group gap={8} role="group" aria-label="Line of cells">
            <Chip value="" variant="outline">All</Chip>
            {[...lineages].map(([key, name]) => (
              <Chip key={key} value={key} variant="outline">
                {name}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </search>
      {view.cell && lessons && (
        <Problem className={classes.failed}>The atlas has no page of “{view.cell}”.</Problem>
      )}
      <p className="visually-hidden" role="status">
        {shown && `${shown.length} of ${lessons.length} classes`}
      </p>
      {!shown && <Skeletons />}
      {shown?.length === 0 && (
        <div className={classes.nothing}>
          <p>No class of cell is called so.</p>
          <Button variant="default" onClick={() => show({ text: "", lineage: null })}>
            Show all
          </Button>
        </div>
      )}
      {shown && (
        <ul className={classes.grid}>
          {shown.map((lesson) => (
            <li key={lesson.key}>
              <Tile lesson={lesson} view={view} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Tile({ lesson, view }: { lesson: Lesson; view: AtlasView }) {
  return (
    <Link href={atlasHref({ ...view, cell: lesson.key })} className={classes.tile}>
      <LessonPicture lesson={lesson} />
      <span className={classes.tileName}>
        <i style={{ background: lesson.colour }} aria-hidden="true" />
        {capitalised(lesson.name)}
      </span>
      <small>{lesson.classes.map(({ taxonomy }) => (taxonomy === "marrow" ? "bone marrow" : taxonomy)).join(", ")}</small>
    </Link>
  );
}

function Skeletons() {
  return (
    <div className={classes.grid} aria-hidden="true">
      {Array.from({ length: 12 }, (_, place) => (
        <Skeleton key={place} height={210} radius={12} />
      ))}
    </div>
  );
}
