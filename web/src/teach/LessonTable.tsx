import { capitalised } from "../cells/format";
import type { AtlasFigure, Lesson } from "./atlasApi";
import classes from "./teach.module.css";

/** What to look at, of one class or of two side by side. */
export function LessonTable({ lessons }: { lessons: readonly Lesson[] }) {
  const figures = [...new Set(lessons.flatMap((lesson) => lesson.figures.map((figure) => figure.name)))];
  return (
    <div className={classes.tableHolder}>
      <table className={classes.table} data-columns={lessons.length}>
        {lessons.length > 1 && (
          <thead>
            <tr>
              <td />
              {lessons.map((lesson) => (
                <th key={lesson.key} scope="col">
                  {capitalised(lesson.name)}
                </th>
              ))}
            </tr>
          </thead>
        )}
        <tbody>
          <Row name="Nucleus" cells={lessons.map((lesson) => lesson.nucleus)} />
          <Row name="Cytoplasm" cells={lessons.map((lesson) => lesson.cytoplasm)} />
          <Row name="Granules" cells={lessons.map((lesson) => lesson.granules)} />
          {figures.map((name) => (
            <Row key={name} name={capitalised(name)} cells={lessons.map((lesson) => figureWords(lesson.figures.find((f) => f.name === name)))} />
          ))}
          <Row name="Found" cells={lessons.map((lesson) => lesson.found)} />
          <tr>
            <th scope="row">Codes</th>
            {lessons.map((lesson) => (
              <td key={lesson.key}>
                {lesson.codes.length === 0 && "None that is exact"}
                <ul className={classes.codes}>
                  {lesson.codes.map(({ system, code, display }) => (
                    <li key={`${system} ${code}`} title={display}>
                      {system} <code>{code}</code>
                    </li>
                  ))}
                </ul>
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  );
}

function Row({ name, cells }: { name: string; cells: readonly string[] }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      {cells.map((words, place) => (
        <td key={place}>{words}</td>
      ))}
    </tr>
  );
}

/** "9 to 15 µm"; a choice of the drawing is called one. */
export function figureWords(figure: AtlasFigure | undefined): string {
  if (!figure) return "–";
  const unit = figure.unit === "um" ? " µm" : "";
  const range = figure.low === figure.high ? String(figure.value) : `${figure.low} to ${figure.high}`;
  return figure.sources.length > 0 ? `${range}${unit}` : `about ${range}${unit} (chosen for the drawing)`;
}
