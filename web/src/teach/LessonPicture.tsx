import { lessonPicture, type Lesson } from "./atlasApi";
import classes from "./teach.module.css";

/** The model as a small picture; letters where there is none. */
export function LessonPicture({ lesson }: { lesson: Pick<Lesson, "key" | "short"> }) {
  const picture = lessonPicture(lesson.key);
  return (
    <span className={classes.picture}>
      {picture ? <img src={picture} alt="" width={240} height={240} loading="lazy" /> : <b aria-hidden="true">{lesson.short}</b>}
    </span>
  );
}
