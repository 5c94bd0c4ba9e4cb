import { useEffect, useEffectEvent, useState } from "react";

import classes from "./quiz.module.css";

/** The seconds that are left for an answer. */
export function TimeLeft({ seconds, onUp }: { seconds: number; onUp: () => void }) {
  const [left, setLeft] = useState(seconds);
  const up = useEffectEvent(onUp);
  useEffect(() => {
    const end = performance.now() + 1000 * seconds;
    const timer = setInterval(() => {
      const now = Math.ceil((end - performance.now()) / 1000);
      setLeft(Math.max(0, now));
      if (now > 0) return;
      clearInterval(timer);
      up();
    }, 200);
    return () => clearInterval(timer);
  }, [seconds]);
  return (
    <p className={classes.time} role="timer">
      <span style={{ inlineSize: `${(100 * left) / seconds}%` }} aria-hidden="true" />
      {left} s
    </p>
  );
}
