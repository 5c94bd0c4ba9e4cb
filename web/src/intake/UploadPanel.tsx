import { ActionIcon, Button, CloseButton, Progress } from "@mantine/core";
import { IconRefresh, IconX } from "@tabler/icons-react";

import { formatCount } from "../cells/format";
import { Link } from "../frame/Link";
import classes from "./intake.module.css";
import { isUnfinished, type Upload, type UploadQueue } from "./uploadQueue";
import { useUploads } from "./usePictureIntake";

/** Rows of those that wait or failed; a folder may hold thousands. */
const MOST_ROWS = 40;

/** Pictures on their way, on whatever page one is. */
export function UploadPanel({ queue }: { queue: UploadQueue }) {
  const { uploads, held } = useUploads(queue);
  if (uploads.length === 0) return null;
  const left = uploads.filter(isUnfinished);
  const failed = uploads.filter(({ state }) => state === "failed");
  const listed = [...left, ...failed].slice(0, MOST_ROWS);
  const more = left.length + failed.length - listed.length;
  return (
    <section className={classes.uploads} aria-label="Uploads">
      <div className={classes.uploadsTop}>
        <h2>
          <span role="status">{describe(uploads, left.length, failed.length)}</span>
        </h2>
        {left.length > 0 ? (
          <Button size="compact-sm" variant="default" onClick={queue.cancelAll}>
            Stop
          </Button>
        ) : (
          <CloseButton aria-label="Close the uploads" onClick={queue.clear} />
        )}
      </div>
      {held && <p>The server has enough to do. The next picture goes when it is ready.</p>}
      {listed.length > 0 && (
        <ul>
          {listed.map((upload) => (
            <UploadRow key={upload.id} upload={upload} queue={queue} />
          ))}
          {more > 0 && <li>and {formatCount(more)} more</li>}
        </ul>
      )}
      <div className={classes.uploadsEnd}>
        {failed.length > 1 && (
          <Button size="compact-sm" variant="default" onClick={() => queue.retry()}>
            Try all again
          </Button>
        )}
        <Link href="/archive">See them in the archive</Link>
      </div>
    </section>
  );
}

function describe(uploads: readonly Upload[], left: number, failed: number): string {
  const all = uploads.length;
  if (left > 0) return `Uploading: ${formatCount(all - left)} of ${formatCount(all)} done`;
  const uploaded = `${formatCount(all - failed)} ${all - failed === 1 ? "picture" : "pictures"} uploaded`;
  return failed > 0 ? `${uploaded}, ${formatCount(failed)} not` : uploaded;
}

function UploadRow({ upload, queue }: { upload: Upload; queue: UploadQueue }) {
  const { id, name, state, share, problem } = upload;
  return (
    <li>
      <span className={classes.uploadName}>{name}</span>
      {state === "failed" && (
        <ActionIcon variant="subtle" color="gray" size={28} aria-label={`Try ${name} again`} onClick={() => queue.retry(id)}>
          <IconRefresh size={16} stroke={1.7} />
        </ActionIcon>
      )}
      <ActionIcon variant="subtle" color="gray" size={28} aria-label={`Take ${name} out`} onClick={() => queue.cancel(id)}>
        <IconX size={16} stroke={1.7} />
      </ActionIcon>
      {state === "sending" && <Progress className={classes.uploadShare} value={100 * share} size={5} aria-label={`Sending ${name}`} />}
      {problem && <span className={classes.uploadProblem}>{problem}</span>}
    </li>
  );
}
