import { Skeleton } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { useCallback, useEffect, useState, type RefObject } from "react";

import { Problem } from "../frame/Problem";
import classes from "./report.module.css";

interface Props {
  report: UseQueryResult<{ html: string }>;
  name: string;
  /** Given to the page within the page, for who wants to lead the reader there. */
  frame: RefObject<HTMLIFrameElement | null>;
}

/** The report as it is handed over, on a page within the page. */
export function ReportPreview({ report, name, frame }: Props) {
  if (report.error) {
    return (
      <Problem className={classes.failure} onRetry={report.refetch}>
        The report could not be made. {report.error.message}
      </Problem>
    );
  }
  if (report.data === undefined) {
    return (
      <div className={classes.loading} role="status" aria-label="The report is being made">
        <Skeleton height={34} width="60%" />
        <Skeleton height={200} />
        <Skeleton height={300} />
      </div>
    );
  }
  return <Paper html={report.data.html} title={`Report of ${name}`} frame={frame} />;
}

/** As high as what it shows, so that there is only one bar to scroll by. Scripts do not run in it. */
function Paper({ html, title, frame }: { html: string; title: string; frame: Props["frame"] }) {
  const [height, setHeight] = useState<number>();
  const measure = useCallback(() => {
    const content = frame.current?.contentDocument?.documentElement;
    if (content) setHeight(Math.ceil(content.getBoundingClientRect().height));
  }, [frame]);
  useEffect(() => {
    if (!frame.current) return;
    const watch = new ResizeObserver(measure);
    watch.observe(frame.current);
    return () => watch.disconnect();
  }, [frame, measure]);
  return (
    <iframe
      ref={frame}
      className={classes.paper}
      title={title}
      srcDoc={html}
      sandbox="allow-same-origin"
      style={{ height }}
      onLoad={measure}
    />
  );
}
