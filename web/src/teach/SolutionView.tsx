import { Button } from "@mantine/core";
import { IconArrowRight, IconCube } from "@tabler/icons-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";

import { pictureUrl } from "../api/client";
import { useExplanation } from "../api/hooks";
import { capitalised } from "../cells/format";
import { ActivationMaps } from "../explain/ActivationMaps";
import { WhyToggle } from "../explain/WhyToggle";
import { Link } from "../frame/Link";
import page from "../frame/page.module.css";
import { useImage } from "../panels/useImage";
import { caseHref } from "../routing";
import { atlasHref } from "./atlasAddress";
import type { Lesson } from "./atlasApi";
import { LessonPicture } from "./LessonPicture";
import type { Quiz, Solution } from "./quizApi";
import classes from "./quiz.module.css";
import teach from "./teach.module.css";

const LessonStage = lazy(() => import("./LessonStage"));

interface Props {
  quiz: Quiz;
  solution: Solution;
  lessons: readonly Lesson[];
  onNext: () => void;
}

const BASES: Record<Solution["basis"], string> = {
  reviewed: "A reviewer called it so.",
  signed: "Its case was signed.",
  machine: "The machine is sure of it; no person has looked at it.",
  drawn: "It was drawn as one.",
};

const nameOf = (quiz: Quiz, key: string) => quiz.set.classes.find((one) => one.key === key)?.name ?? key;

/** Right or wrong, in one sentence. */
export function verdictOf({ right, truth, chosen }: Solution, quiz: Quiz): string {
  const name = capitalised(nameOf(quiz, truth));
  if (right) return `Right. ${name}.`;
  return chosen ? `Not ${nameOf(quiz, chosen)}. ${name}.` : `Time is up. ${name}.`;
}

/** Why a cell is what it is: how to tell it, its model, and what the machine looked at. */
export function SolutionView({ quiz, solution, lessons, onNext }: Props) {
  const next = useRef<HTMLButtonElement>(null);
  const [turning, setTurning] = useState(false);
  const lessonOf = (key: string) => {
    const page = quiz.set.classes.find((one) => one.key === key)?.lesson;
    return lessons.find((lesson) => lesson.key === page);
  };
  const truth = lessonOf(solution.truth);
  const chosen = solution.right ? undefined : lessonOf(solution.chosen);
  // Where there are but two classes, a right answer too is worth the words that tell them apart.
  const [one, two, ...more] = quiz.set.classes;
  const other = more.length > 0 ? undefined : one?.key === solution.truth ? two : one;
  const onlyOther = other && lessonOf(other.key);
  useEffect(() => next.current?.focus({ preventScroll: true }), []);
  return (
    <div className={classes.solution}>
      <Button ref={next} rightSection={<IconArrowRight size={17} stroke={1.8} aria-hidden="true" />} onClick={onNext}>
        Next
      </Button>
      <p className={classes.basis}>{BASES[solution.basis]}</p>
      {truth && (
        <div className={classes.textbook}>
          <LessonPicture lesson={truth} />
          <div>
            <p>{tellApart(truth, chosen ?? onlyOther) ?? truth.look ?? truth.summary}</p>
            <p className={page.note}>
              <b>Nucleus:</b> {truth.nucleus} <b>Granules:</b> {truth.granules}
            </p>
            <p className={classes.ways}>
              {truth.model && (
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-expanded={turning}
                  leftSection={<IconCube size={16} stroke={1.7} aria-hidden="true" />}
                  onClick={() => setTurning(!turning)}
                >
                  Turn the model
                </Button>
              )}
              <Link href={atlasHref({ cell: truth.key, beside: chosen?.key ?? null })}>
                {chosen ? "Compare both in the atlas" : "Open in the atlas"}
              </Link>
            </p>
          </div>
        </div>
      )}
      {turning && truth && (
        <Suspense fallback={<div className={teach.stage} aria-busy="true" />}>
          <LessonStage lessons={chosen?.model ? [truth, chosen] : [truth]} />
        </Suspense>
      )}
      {solution.cell && <Machine cell={solution.cell} />}
    </div>
  );
}

/** How the truth is told from what was chosen, as either of their pages says it. */
function tellApart(truth: Lesson, chosen: Lesson | undefined): string | undefined {
  if (!chosen) return undefined;
  const of = (one: Lesson, other: Lesson) => one.look_alikes.find((entry) => entry.key === other.key)?.tell;
  return of(truth, chosen) ?? of(chosen, truth);
}

function Machine({ cell }: { cell: NonNullable<Solution["cell"]> }) {
  const [open, setOpen] = useState(false);
  return (
    <div className={classes.machine}>
      <WhyToggle open={open} onToggle={() => setOpen(!open)}>
        <Maps cell={cell} />
      </WhyToggle>
      <Link href={caseHref(cell.case_id, cell.cell_id)}>The cell in its picture</Link>
    </div>
  );
}

function Maps({ cell }: { cell: NonNullable<Solution["cell"]> }) {
  const explanation = useExplanation(cell.case_id, cell.cell_id, true);
  const image = useImage(pictureUrl(cell.case_id));
  if (explanation.error) return <p className={page.note}>{explanation.error.message}</p>;
  if (!explanation.data) return <p className={page.note}>Asking the classifier…</p>;
  return <ActivationMaps explanation={explanation.data} image={image} />;
}
