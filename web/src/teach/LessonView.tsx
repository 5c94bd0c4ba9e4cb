import { Select } from "@mantine/core";
import { IconArrowLeft, IconColumns2 } from "@tabler/icons-react";
import { lazy, Suspense } from "react";

import { capitalised } from "../cells/format";
import { cellCropUrl } from "../explain/similarApi";
import { Link } from "../frame/Link";
import page from "../frame/page.module.css";
import { Problem } from "../frame/Problem";
import { caseHref, goTo } from "../routing";
import { atlasHref, type AtlasView } from "./atlasAddress";
import { useLessonCells, type Lesson } from "./atlasApi";
import { LessonPicture } from "./LessonPicture";
import { LessonTable } from "./LessonTable";
import classes from "./teach.module.css";

const LessonStage = lazy(() => import("./LessonStage"));

interface Props {
  lesson: Lesson;
  lessons: readonly Lesson[];
  view: AtlasView;
}

/** One class of cell: its model to turn, what to look at, what it is mistaken for. */
export function LessonView({ lesson, lessons, view }: Props) {
  const byKey = new Map(lessons.map((one) => [one.key, one]));
  const beside = view.beside && view.beside !== lesson.key ? (byKey.get(view.beside) ?? null) : null;
  const compare = (key: string | null) => goTo(atlasHref({ ...view, beside: key }));
  const shown = beside ? [lesson, beside] : [lesson];
  return (
    <article>
      <Link href={atlasHref({ ...view, cell: null, beside: null })} className={classes.back}>
        <IconArrowLeft size={17} stroke={1.8} aria-hidden="true" /> All cells
      </Link>
      <header>
        <h1>{capitalised(lesson.name)}</h1>
        <p className={page.lead}>{lesson.summary}</p>
      </header>
      <div className={classes.lessonBody} data-models={shown.length}>
        <div className={classes.models}>
          {shown.some((one) => one.model) ? (
            <Suspense fallback={<div className={classes.stage} aria-busy="true" />}>
              <LessonStage lessons={shown} />
            </Suspense>
          ) : (
            <p className={classes.noModel}>There is no model: {lesson.no_model}.</p>
          )}
          <Select
            label="Compare with"
            placeholder="Another class"
            searchable
            clearable
            value={beside?.key ?? null}
            onChange={compare}
            data={lessons.filter((one) => one !== lesson).map(({ key, name }) => ({ value: key, label: capitalised(name) }))}
          />
        </div>
        <LessonTable lessons={shown} />
      </div>
      <LookAlikes lesson={lesson} byKey={byKey} view={view} />
      <ArchiveCells lesson={lesson} />
      <Sources lessons={shown} />
    </article>
  );
}

function LookAlikes({ lesson, byKey, view }: { lesson: Lesson; byKey: ReadonlyMap<string, Lesson>; view: AtlasView }) {
  return (
    <section aria-labelledby="look-alikes">
      <h2 id="look-alikes">Mistaken for</h2>
      <ul className={classes.lookAlikes}>
        {lesson.look_alikes.map(({ key, tell }) => {
          const other = byKey.get(key);
          return (
            other && (
              <li key={key}>
                <Link href={atlasHref({ ...view, cell: key, beside: null })} aria-hidden="true" tabIndex={-1}>
                  <LessonPicture lesson={other} />
                </Link>
                <div>
                  <h3>
                    <Link href={atlasHref({ ...view, cell: key, beside: null })}>{capitalised(other.name)}</Link>
                  </h3>
                  <p>{tell}</p>
                  <Link href={atlasHref({ ...view, beside: key })} className={classes.compare}>
                    <IconColumns2 size={16} stroke={1.8} aria-hidden="true" /> Compare
                    <span className="visually-hidden"> with {other.name}</span>
                  </Link>
                </div>
              </li>
            )
          );
        })}
      </ul>
    </section>
  );
}

function ArchiveCells({ lesson }: { lesson: Lesson }) {
  const cells = useLessonCells(lesson.key);
  return (
    <section aria-labelledby="in-archive">
      <h2 id="in-archive">In your archive</h2>
      {cells.error && <Problem onRetry={cells.refetch}>{cells.error.message}</Problem>}
      {cells.isPending && <p className={page.note}>Looking for cells…</p>}
      {cells.data?.length === 0 && (
        <p className={page.note}>The latest pictures of the archive hold no cell that is surely called so.</p>
      )}
      {cells.data && cells.data.length > 0 && (
        <ul className={classes.cells}>
          {cells.data.map((cell) => (
            <li key={`${cell.case_id} ${cell.cell_id}`}>
              <Link href={caseHref(cell.case_id, cell.cell_id)} title={cell.case_name}>
                <img src={cellCropUrl(cell.case_id, cell.cell_id, 192)} alt={`${capitalised(lesson.name)} in ${cell.case_name}`} loading="lazy" />
                <small>{BASIS[cell.basis]}</small>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const BASIS = { reviewed: "reviewed", signed: "signed", machine: "machine only", drawn: "drawn" } as const;

function Sources({ lessons }: { lessons: readonly Lesson[] }) {
  const sources = lessons.flatMap((one) => [...one.sources, ...one.figures.flatMap((figure) => figure.sources)]);
  const byTitle = new Map(sources.map((source) => [source.title, source]));
  return (
    <section aria-labelledby="sources">
      <h2 id="sources">Sources</h2>
      <ul className={classes.sources}>
        {[...byTitle.values()].map(({ title, url }) => (
          <li key={title}>{url ? <a href={url}>{title}</a> : title}</li>
        ))}
      </ul>
    </section>
  );
}
