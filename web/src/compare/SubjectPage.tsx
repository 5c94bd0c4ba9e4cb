import { Button, SegmentedControl, Skeleton } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";

import { ApiProblem } from "../api/client";
import type { SubjectTrend } from "../api/types";
import { formatCount } from "../cells/format";
import { Footer } from "../frame/Footer";
import { Header } from "../frame/Header";
import { Link } from "../frame/Link";
import page from "../frame/page.module.css";
import { Problem } from "../frame/Problem";
import { MessagePage } from "../pages/MessagePage";
import { caseHref } from "../routing";
import classes from "./compare.module.css";
import { subjectUrl, useSubjectTrend } from "./specimenApi";
import { dayOf, formatDay } from "./trendPlot";
import { materialsOf, type Material } from "./trendSeries";
import { TrendView } from "./TrendView";

const WORDS: Record<Material, string> = { blood: "Blood", marrow: "Bone marrow" };

/** One person's smears over time. */
export default function SubjectPage({ subject }: { subject: string }) {
  const trend = useSubjectTrend(subject);
  if (trend.error instanceof ApiProblem && trend.error.status === 404) {
    return <MessagePage title="Nothing is known of this person">No picture and no stack has this pseudonym. It may have been changed or deleted.</MessagePage>;
  }
  return (
    <>
      <Header title={subject}>
        <Button component="a" href={`${subjectUrl(subject)}/trend.csv`} download="trend.csv" variant="default" leftSection={<IconDownload size={17} stroke={1.7} />}>
          CSV
        </Button>
      </Header>
      <main className={`${page.page} ${classes.page}`}>
        {trend.error && (
          <Problem onRetry={trend.refetch}>The smears could not be brought together. {trend.error.message}</Problem>
        )}
        {trend.isPending && <Skeleton height={420} aria-label="The smears are being counted" />}
        {trend.data && <Trend trend={trend.data} />}
      </main>
      <Footer />
    </>
  );
}

function Trend({ trend }: { trend: SubjectTrend }) {
  const materials = materialsOf(trend);
  const [chosen, choose] = useState<Material | null>(null);
  const material = chosen ?? materials[0];
  return (
    <>
      <Lead trend={trend} />
      {materials.length > 1 && material && (
        <SegmentedControl
          className={classes.materials}
          aria-label="Material"
          data={materials.map((value) => ({ value, label: WORDS[value] }))}
          value={material}
          onChange={(value) => choose(value)}
        />
      )}
      {material && <TrendView key={material} smears={trend.points.filter((smear) => smear.material === material)} />}
      {trend.scans.length > 0 && (
        <section className={page.card} aria-labelledby="scans-title">
          <h2 id="scans-title">CT and MRI of the same person</h2>
          <ul className={classes.leftOut}>
            {trend.scans.map((scan) => (
              <li key={scan.case_id}>
                <p>
                  <Link href={caseHref(scan.case_id)}>{scan.name}</Link>
                  {scan.collected_on && `, ${formatDay(dayOf(scan.collected_on))}`}
                </p>
              </li>
            ))}
          </ul>
          <p className={page.note}>Each has the volumes of organs over time on its page.</p>
        </section>
      )}
    </>
  );
}

function Lead({ trend }: { trend: SubjectTrend }) {
  const { points, unfinished } = trend;
  const dates = points.map((point) => formatDay(dayOf(point.date)));
  const span = dates.length > 1 && dates[0] !== dates.at(-1) ? `${dates[0]} to ${dates.at(-1)}` : dates[0];
  return (
    <p className={page.lead}>
      {points.length === 0 ? "No smear has been analysed yet" : `${formatCount(points.length)} ${points.length === 1 ? "smear" : "smears"}, ${span}`}
      {unfinished > 0 && ` · ${formatCount(unfinished)} ${unfinished === 1 ? "picture is" : "pictures are"} not analysed`}
    </p>
  );
}
