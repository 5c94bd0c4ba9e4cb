import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";

import { resultUrl } from "../api/client";
import classes from "./panels.module.css";

const FILES = [
  { file: "findings.json", label: "JSON", hint: "everything, for programs" },
  { file: "cells.csv", label: "CSV", hint: "one row a cell, for a spreadsheet" },
  { file: "overlay.png", label: "PNG", hint: "the picture with outlines" },
] as const;

/** Results to take away. */
export function Downloads({ id, name }: { id: string; name: string }) {
  const stem = name.replace(/\.[^.]+$/, "");
  return (
    <section aria-labelledby="downloads-title">
      <h2 id="downloads-title">Download</h2>
      <div className={classes.downloads}>
        {FILES.map(({ file, label, hint }) => (
          <Button
            key={file}
            component="a"
            href={resultUrl(id, file)}
            download={`${stem}-${file}`}
            variant="default"
            leftSection={<IconDownload size={16} stroke={1.7} />}
            aria-label={`Download ${label}: ${hint}`}
            title={hint}
          >
            {label}
          </Button>
        ))}
      </div>
    </section>
  );
}
