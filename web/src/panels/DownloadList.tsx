import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";

import classes from "./panels.module.css";

/** A file to take away: where it is, what it is saved as, and what it is for. */
export interface Download {
  url: string;
  saveAs: string;
  label: string;
  hint: string;
}

/** Files to take away, a button each. */
export function DownloadList({ files }: { files: readonly Download[] }) {
  return (
    <section aria-labelledby="downloads-title">
      <h2 id="downloads-title">Download</h2>
      <div className={classes.downloads}>
        {files.map((file) => (
          <DownloadButton key={file.url} file={file} />
        ))}
      </div>
    </section>
  );
}

export function DownloadButton({ file: { url, saveAs, label, hint } }: { file: Download }) {
  return (
    <Button
      component="a"
      href={url}
      download={saveAs}
      variant="default"
      px={8}
      leftSection={<IconDownload size={16} stroke={1.7} />}
      aria-label={`Download ${label}: ${hint}`}
      title={hint}
    >
      {label}
    </Button>
  );
}
