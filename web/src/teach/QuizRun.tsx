import { Button, Skeleton } from "@mantine/core";
import { useState } from "react";

import { Link } from "../frame/Link";
import { Problem } from "../frame/Problem";
import type { Lesson } from "./atlasApi";
import { useLessons } from "./atlasApi";
import { QuestionView } from "./QuestionView";
import { quizHref, type QuizAddress } from "./quizAddress";
import { useQuiz, type Quiz, type Solution } from "./quizApi";
import { keepProgress, keptProgress } from "./quizKept";
import { begun, nextOpen, restored, score, wrongOnes, type Progress } from "./quizProgress";
import { QuizResult } from "./QuizResult";
import classes from "./quiz.module.css";
import teach from "./teach.module.css";

/** A quiz from its first question to its result. */
export function QuizRun({ address }: { address: QuizAddress }) {
  const quiz = useQuiz(address);
  const lessons = useLessons();
  const problem = quiz.error ?? lessons.error;
  if (problem) {
    return (
      <Problem className={teach.failed}>
        <h1>This quiz cannot be asked</h1>
        <p>{problem.message}</p>
        <Button component={Link} href="/quiz" variant="default">
          Choose another
        </Button>
      </Problem>
    );
  }
  if (!quiz.data || !lessons.data) {
    return (
      <div aria-busy="true" role="status" aria-label="Choosing cells">
        <Skeleton height={32} width={260} mb={20} />
        <Skeleton height={320} radius={12} />
      </div>
    );
  }
  if (quiz.data.questions.length === 0) {
    return (
      <div className={teach.nothing}>
        <h1>No such cells yet</h1>
        <p>
          {quiz.data.set.name}: your archive has no whole cell of these classes that a person or, surely, the machine
          named.
        </p>
        <Button component={Link} href="/quiz">
          Choose another
        </Button>
      </div>
    );
  }
  return <Round address={address} quiz={quiz.data} lessons={lessons.data} />;
}

function Round({ address, quiz, lessons }: { address: QuizAddress; quiz: Quiz; lessons: readonly Lesson[] }) {
  const href = quizHref(address);
  const ids = quiz.questions.map((question) => question.id);
  const [progress, setProgress] = useState(() => restored(keptProgress(href), ids));
  // The solution stays on the page until the next question is wanted.
  const [shown, setShown] = useState<Solution | null>(null);
  const go = (next: Progress) => {
    setProgress(next);
    keepProgress(href, next);
  };
  const answer = (solution: Solution) => {
    setShown(solution);
    go({ ...progress, solutions: [...progress.solutions, solution] });
  };
  const id = shown?.id ?? nextOpen(progress);
  const question = quiz.questions.find((one) => one.id === id);
  if (!question) {
    const wrong = wrongOnes(progress);
    return (
      <QuizResult
        address={address}
        quiz={quiz}
        progress={progress}
        onRepeat={() => go(begun(ids))}
        onRepeatWrong={wrong && (() => go(wrong))}
      />
    );
  }
  const place = progress.solutions.length + (shown ? 0 : 1);
  return (
    <>
      <header className={classes.head}>
        <h1>{quiz.set.name}</h1>
        <p>
          Question {place} of {progress.round.length}
          <span>
            {score(progress)} right of {progress.solutions.length}
          </span>
        </p>
        <progress className={classes.bar} value={progress.solutions.length} max={progress.round.length} aria-label="Questions answered" />
      </header>
      <QuestionView
        key={`${question.id} ${progress.round.length}`}
        address={address}
        quiz={quiz}
        question={question}
        place={place}
        lessons={lessons}
        solution={shown}
        onSolution={answer}
        onNext={() => setShown(null)}
      />
      <Bases quiz={quiz} />
    </>
  );
}

/** How far the answers may be believed. */
function Bases({ quiz }: { quiz: Quiz }) {
  const words = [
    quiz.bases.includes("machine") &&
      "Some cells were named by the machine alone, where it was sure. Where it is wrong, the quiz is wrong too.",
    quiz.bases.includes("drawn") &&
      "Your archive has no such cells yet. These come from the sample smear, which is drawn, so their names are certain.",
  ].filter(Boolean);
  return words.map((sentence) => (
    <p key={String(sentence)} className={classes.basis}>
      {sentence}
    </p>
  ));
}
