import { Button } from "@mantine/core";
import { useEffect, useEffectEvent, useRef, useState } from "react";

import { breakable, capitalised } from "../cells/format";
import { Problem } from "../frame/Problem";
import type { Lesson } from "./atlasApi";
import type { QuizAddress } from "./quizAddress";
import { judged, questionUrl, type Quiz, type QuizQuestion, type Solution } from "./quizApi";
import classes from "./quiz.module.css";
import { SolutionView, verdictOf } from "./SolutionView";
import { TimeLeft } from "./TimeLeft";

interface Props {
  address: QuizAddress;
  quiz: Quiz;
  question: QuizQuestion;
  /** From 1. */
  place: number;
  lessons: readonly Lesson[];
  solution: Solution | null;
  onSolution: (solution: Solution) => void;
  onNext: () => void;
}

const CROP_PX = 384;
const TIME_UP = "";

/** One cell, and the classes that it may be. */
export function QuestionView(props: Props) {
  const { address, quiz, question, place, lessons, solution, onSolution, onNext } = props;
  const [sent, setSent] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [seen, setSeen] = useState(false);
  const first = useRef<HTMLDivElement>(null);
  const classesOf = question.choices.flatMap((key) => quiz.set.classes.find((one) => one.key === key) ?? []);

  const answer = async (chosen: string) => {
    if (sent !== null || solution) return;
    setSent(chosen);
    setProblem(null);
    try {
      onSolution(await judged(address, question.id, chosen));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "The answer could not be sent.");
      setSent(null);
    }
  };
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const chosen = classesOf[Number(event.key) - 1];
    if (!chosen || solution || (event.target as HTMLElement).closest("input, textarea, select")) return;
    event.preventDefault();
    void answer(chosen.key);
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => press(event);
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
  useEffect(() => {
    // A question after the first takes the focus over from "Next", which is gone.
    if (place > 1) first.current?.focus({ preventScroll: true });
  }, [place]);

  return (
    <div className={classes.question} data-answered={solution !== null || undefined}>
      <div ref={first} tabIndex={-1} className={classes.cell}>
        <img
          src={questionUrl(address, question.id, CROP_PX)}
          width={CROP_PX}
          height={CROP_PX}
          alt={`The cell of question ${place}, in the middle, with its surroundings`}
          onLoad={() => setSeen(true)}
          onError={() => setProblem("The cell's picture could not be loaded. Its case may be deleted.")}
        />
        {address.seconds > 0 && seen && !solution && sent === null && (
          <TimeLeft seconds={address.seconds} onUp={() => void answer(TIME_UP)} />
        )}
      </div>
      <div>
        <div role="group" aria-label="Which cell is it?" className={classes.choices}>
          {classesOf.map(({ key, name }, number) => (
            <Button
              key={key}
              variant="default"
              justify="flex-start"
              size="md"
              loading={sent === key && !solution}
              // Not `disabled`: the focus would be lost, and with it a screen reader's place.
              aria-disabled={solution !== null || undefined}
              data-verdict={solution ? (solution.truth === key ? "truth" : solution.chosen === key ? "wrong" : undefined) : undefined}
              leftSection={number < 9 ? <kbd aria-hidden="true">{number + 1}</kbd> : undefined}
              onClick={() => void answer(key)}
            >
              {breakable(capitalised(name))}
              {solution?.truth === key && <span className="visually-hidden">, right</span>}
            </Button>
          ))}
        </div>
        {problem && <Problem className={classes.problem}>{problem}</Problem>}
        <p role="status" className={classes.verdict} data-right={solution?.right}>
          {solution && verdictOf(solution, quiz)}
        </p>
        {solution && <SolutionView quiz={quiz} solution={solution} lessons={lessons} onNext={onNext} />}
      </div>
    </div>
  );
}
