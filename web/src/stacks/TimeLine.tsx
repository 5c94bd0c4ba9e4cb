import { Link } from "../frame/Link";
import { capitalised } from "../cells/format";
import { caseHref } from "../routing";
import { describeDays, formatMl } from "./organWords";
import classes from "./stacks.module.css";
import { timePlot, type Series, type TimePlot } from "./timeLine";
import type { TimePoint } from "./types";

interface Props {
  caseId: string;
  scans: readonly TimePoint[];
}

const [WIDTH, HEIGHT] = [360, 190];
const FRAME = { left: 44, right: 12, top: 10, bottom: 30 };
/** More lines than these cannot be told apart. */
const MOST_LINES = 8;

/** Volumes of one person's organs over several scans: a plot, and the same as a table. */
export function TimeLine({ caseId, scans }: Props) {
  const plot = timePlot(scans);
  const shown = { ...plot, series: plot.series.slice(0, MOST_LINES) };
  const left = plot.series.length - shown.series.length;
  return (
    <section aria-labelledby="time-title">
      <h2 id="time-title">Scans of the same person</h2>
      <Plot plot={shown} current={plot.places[scans.findIndex((scan) => scan.case_id === caseId)] ?? 0} />
      <ul className={classes.legend} aria-hidden="true">
        {shown.series.map((one) => (
          <li key={one.key}>
            <i style={{ background: one.colour }} />
            {capitalised(one.name)}
          </li>
        ))}
      </ul>
      {left > 0 && <p className={classes.note}>The {MOST_LINES} largest organs; {left} more are in the table.</p>}
      <div className={classes.scroll}>
        <table className={classes.timeTable}>
          <caption className="visually-hidden">Volumes in millilitres</caption>
          <thead>
            <tr>
              <th scope="col">Organ, mL</th>
              {scans.map((scan) => (
                <th key={scan.case_id} scope="col" aria-current={scan.case_id === caseId ? "true" : undefined}>
                  {scan.case_id === caseId ? <b>This scan</b> : <Link href={caseHref(scan.case_id)}>{scan.name}</Link>}
                  <small>{describeDays(scan.days)}</small>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {plot.series.map((one) => (
              <tr key={one.key}>
                <th scope="row">{capitalised(one.name)}</th>
                {scans.map((scan) => {
                  const organ = scan.organs.find((o) => o.key === one.key);
                  return <td key={scan.case_id}>{organ ? `${formatMl(organ.volume_ml)}${organ.cut ? " *" : ""}` : "–"}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {scans.some((scan) => scan.organs.some((o) => o.cut)) && <p className={classes.note}>* reaches the end of the stack</p>}
    </section>
  );
}

function Plot({ plot, current }: { plot: TimePlot; current: number }) {
  const last = Math.max(...plot.places);
  const first = Math.min(...plot.places);
  const x = (place: number) => FRAME.left + ((place - first) / Math.max(1e-9, last - first)) * (WIDTH - FRAME.left - FRAME.right);
  const y = (ml: number) => HEIGHT - FRAME.bottom - (ml / plot.most) * (HEIGHT - FRAME.top - FRAME.bottom);
  const lines = Array.from({ length: Math.round(plot.most / plot.step) + 1 }, (_, at) => at * plot.step);
  return (
    <svg className={classes.plot} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label="Volumes over time; the table below has the figures">
      {lines.map((ml) => (
        <g key={ml}>
          <line x1={FRAME.left} x2={WIDTH - FRAME.right} y1={y(ml)} y2={y(ml)} className={classes.gridLine} />
          <text x={FRAME.left - 6} y={y(ml) + 4} textAnchor="end">
            {Number(ml.toPrecision(6))}
          </text>
        </g>
      ))}
      <line x1={x(current)} x2={x(current)} y1={FRAME.top} y2={HEIGHT - FRAME.bottom} className={classes.currentLine} />
      {apart(plot.places.map((place) => ({ place, at: x(place) }))).map(({ place, at }) => (
        <text key={place} x={at} y={HEIGHT - 10} textAnchor="middle">
          {plot.inDays ? `day ${place}` : place + 1}
        </text>
      ))}
      {plot.series.map((one) => (
        <Line key={one.key} series={one} x={x} y={y} />
      ))}
    </svg>
  );
}

function Line({ series, x, y }: { series: Series; x: (place: number) => number; y: (ml: number) => number }) {
  return (
    <g stroke={series.colour} fill={series.colour}>
      <polyline points={series.points.map((p) => `${x(p.place)},${y(p.ml)}`).join(" ")} fill="none" strokeWidth={2} />
      {series.points.map((p) => (
        <circle key={p.place} cx={x(p.place)} cy={y(p.ml)} r={3.5} fillOpacity={p.cut ? 0 : 1} strokeWidth={1.5} />
      ))}
    </g>
  );
}

const LEAST_APART = 44;

/** Labels that do not run into one another. */
function apart<T extends { at: number }>(labels: readonly T[]): T[] {
  const kept: T[] = [];
  for (const label of labels) {
    const before = kept.at(-1);
    if (!before || label.at - before.at >= LEAST_APART) kept.push(label);
  }
  return kept;
}
