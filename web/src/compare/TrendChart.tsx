import { formatShare } from "../cells/format";
import classes from "./compare.module.css";
import { dayOf, formatDay, namedDays, trendAxes, type Band, type TrendPoint } from "./trendPlot";

interface Props {
  name: string;
  points: readonly TrendPoint[];
  /** Usual values, drawn as a band behind the line. */
  reference: Band | null;
  /** Days of all points of the page, so that its plots share one time axis. */
  days: readonly number[];
}

const [WIDTH, HEIGHT] = [380, 190];
const FRAME = { left: 40, right: 16, top: 10, bottom: 28 };
const DATE_WIDTH = 84;

/** One class's share over time, with the interval of each point; a table on the same page has the figures. */
export function TrendChart({ name, points, reference, days }: Props) {
  const axes = trendAxes(points, reference, days);
  const alone = axes.first === axes.last;
  const x = (day: number) =>
    FRAME.left + (alone ? 0.5 : (day - axes.first) / (axes.last - axes.first)) * (WIDTH - FRAME.left - FRAME.right);
  const y = (percent: number) => HEIGHT - FRAME.bottom - (Math.min(percent, axes.most) / axes.most) * (HEIGHT - FRAME.top - FRAME.bottom);
  const lines = Array.from({ length: Math.round(axes.most / axes.step) + 1 }, (_, at) => at * axes.step);
  const placed = points.map((point) => ({ ...point, at: x(dayOf(point.date)) }));
  const upper = placed.map((p) => `${p.at},${y(p.high)}`);
  const lower = placed.map((p) => `${p.at},${y(p.low)}`).reverse();
  return (
    <svg className={classes.plot} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${name} over time; the table below has the figures`}>
      {reference && (
        <rect
          className={classes.reference}
          x={FRAME.left}
          width={WIDTH - FRAME.left - FRAME.right}
          y={y(reference.high)}
          height={Math.max(1, y(reference.low) - y(reference.high))}
        />
      )}
      {lines.map((percent) => (
        <g key={percent}>
          <line className={classes.gridLine} x1={FRAME.left} x2={WIDTH - FRAME.right} y1={y(percent)} y2={y(percent)} />
          <text x={FRAME.left - 6} y={y(percent) + 4} textAnchor="end">
            {Number(percent.toPrecision(6))}
          </text>
        </g>
      ))}
      {namedDays(days, x, DATE_WIDTH).map((day) => (
        <text key={day} x={x(day)} y={HEIGHT - 8} textAnchor={alone ? "middle" : day === axes.last ? "end" : day === axes.first ? "start" : "middle"}>
          {formatDay(day)}
        </text>
      ))}
      <polygon className={classes.band} points={[...upper, ...lower].join(" ")} />
      <polyline className={classes.line} points={placed.map((p) => `${p.at},${y(p.percent)}`).join(" ")} />
      {placed.map((p, index) => (
        <g key={index} className={classes.point}>
          <title>{`${formatDay(dayOf(p.date))}: ${formatShare(p.percent)} % (${formatShare(p.low)}–${formatShare(p.high)})`}</title>
          <line x1={p.at} x2={p.at} y1={y(p.low)} y2={y(p.high)} />
          <circle cx={p.at} cy={y(p.percent)} r={4} />
        </g>
      ))}
    </svg>
  );
}
