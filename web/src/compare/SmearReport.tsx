import { Button } from "@mantine/core";
import { IconFileText } from "@tabler/icons-react";

import type { SpecimenCount } from "../api/types";
import { Link } from "../frame/Link";
import page from "../frame/page.module.css";
import { DownloadList } from "../panels/DownloadList";
import { reportFiles } from "../report/reportFiles";
import { smearReportHref } from "../routing";
import classes from "./compare.module.css";
import { hindrance } from "./hindrance";
import { smearReportUrl } from "./specimenApi";

/** The report of all pictures together: to read, and to take away. */
export function SmearReport({ count }: { count: SpecimenCount }) {
  const reason = hindrance(count.pictures);
  return (
    <div className={`${page.card} ${classes.report}`}>
      <section aria-labelledby="report-title">
        <h2 id="report-title">Report</h2>
        {reason === null ? (
          <Button
            component={Link}
            href={smearReportHref(count.key)}
            variant="default"
            fullWidth
            leftSection={<IconFileText size={17} stroke={1.7} />}
          >
            Open the report
          </Button>
        ) : (
          <p className={page.note}>{reason}</p>
        )}
      </section>
      {reason === null && <DownloadList files={reportFiles(count.key, (file) => smearReportUrl(count.key, file))} />}
    </div>
  );
}
