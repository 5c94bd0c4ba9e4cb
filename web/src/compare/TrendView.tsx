import { Chip } from "@mantine/core";
import { useMemo, useState } from "react";

import type { TrendSmear } from "../api/types";
import { capitalised, formatShare } from "../cells/format";
import page from "../frame/page.module.css";
import classes from "./compare.module.css";
import { TrendChart } from "./TrendChart";
import { dayOf } from "./trendPlot";
import { firstShown, seriesOf } from "./trendSeries";
import { TrendTable } from "./TrendTable";

/** Shares of the chosen classes over time: a plot each, and one table of all their figures. */
export function TrendView({ smears }: { smears: readonly TrendSmear[] }) {
  const series = useMemo(() => seriesOf(smears), [smears]);
  const [chosen, choose] = useState<string[] | null>(null);
  const shown = chosen ?? firstShown(series);
  const drawn = series.filter((one) => shown.includes(one.key));
  const days = smears.map((smear) => dayOf(smear.date));
  return (
    <>
      <section className={page.card} aria-labelledby="trend-title">
        <h2 id="trend-title">Over time</h2>
        <Chip.Group multiple value={shown} onChange={choose}>
          <div className={classes.chips} role="group" aria-label="What is drawn">
            {series.map((one) => (
              <Chip key={one.key} value={one.key} size="sm" variant="outline">
                {capitalised(one.name)}
              </Chip>
            ))}
          </div>
        </Chip.Group>
        {drawn.length === 0 && <p className={page.note}>Choose a class to see it over time.</p>}
        <div className={classes.plots}>
          {drawn.map((one) => (
            <article key={one.key}>
              <h3>
                {capitalised(one.name)}, %
                {one.reference && (
                  <small>
                    <i /> usual {formatShare(one.reference.low)}–{formatShare(one.reference.high)}
                  </small>
                )}
              </h3>
              <TrendChart name={capitalised(one.name)} points={one.points} reference={one.reference} days={days} />
            </article>
          ))}
        </div>
        {drawn.length > 0 && <p className={page.note}>Lines through the dots are 95 % intervals of each count.</p>}
      </section>
      <section className={page.card} aria-labelledby="figures-title">
        <h2 id="figures-title">Figures</h2>
        <TrendTable smears={smears} series={drawn} />
      </section>
    </>
  );
}
