import type { TrendSmear } from "../api/types";
import { capitalised, formatCount, formatShare } from "../cells/format";
import { Link } from "../frame/Link";
import { caseHref, specimenHref } from "../routing";
import classes from "./compare.module.css";
import { dayOf, formatDay } from "./trendPlot";
import type { Series } from "./trendSeries";

/** The same as the plots in figures: a row a smear. */
export function TrendTable({ smears, series }: { smears: readonly TrendSmear[]; series: readonly Series[] }) {
  return (
    // A wide table is scrolled by the arrow keys, too.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes.scroll} role="region" aria-labelledby="figures-title" tabIndex={0}>
      <table className={classes.trendTable}>
        <caption className="visually-hidden">Percentages with their 95 percent intervals, a row for each smear</caption>
        <thead>
          <tr>
            <th scope="col">Date</th>
            <th scope="col">Smear</th>
            <th scope="col">Cells</th>
            {series.map((one) => (
              <th key={one.key} scope="col">
                {capitalised(one.name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {smears.map((smear) => (
            <tr key={smear.cases.join()}>
              <th scope="row">
                {formatDay(dayOf(smear.date))}
                {!smear.collected && <small>uploaded</small>}
              </th>
              <td>
                <SmearLink smear={smear} />
              </td>
              <td>{formatCount(smear.differential.total)}</td>
              {series.map((one) => {
                const point = one.points.find((own) => own.smear === smear);
                return (
                  <td key={one.key}>
                    {point ? (
                      <>
                        {formatShare(point.percent)} %
                        <small>
                          {formatShare(point.low)}–{formatShare(point.high)}
                        </small>
                      </>
                    ) : (
                      "–"
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SmearLink({ smear }: { smear: TrendSmear }) {
  const pictures = smear.cases.length === 1 ? "1 picture" : `${formatCount(smear.cases.length)} pictures`;
  const href = smear.specimen === null ? caseHref(smear.cases[0] ?? "") : specimenHref(smear.specimen);
  return (
    <>
      <Link href={href}>{smear.specimen ?? "Picture"}</Link>
      {smear.specimen !== null && <small>{pictures}</small>}
    </>
  );
}
