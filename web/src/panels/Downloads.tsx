import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";

import { resultUrl, type ResultFile } from "../api/client";
import classes from "./panels.module.css";

const FILES: { file: ResultFile; label: string; hint: string; ofMap?: true }[] = [
  { file: "findings.json", label: "JSON", hint: "everything, for programs" },
  { file: "cells.csv", label: "CSV", hint: "one row a cell, for a spreadsheet" },
  { file: "overlay.png", label: "PNG", hint: "the picture with outlines" },
  { file: "cells.geojson", label: "GeoJSON", hint: "the cells, for QuPath" },
  { file: "coco.json", label: "COCO", hint: "the cells, for training" },
  { file: "map-with-legend.png", label: "Map", hint: "the class of every pixel, with a legend", ofMap: true },
];

/** Results to take away. */
export function Downloads({ id, name, hasMap }: { id: string; name: string; hasMap: boolean }) {
  const stem = name.replace(/\.[^.]+$/, "");
  return (
    <section aria-labelledby="downloads-title">
      <h2 id="downloads-title">Download</h2>
      <div className={classes.downloads}>
        {FILES.filter((f) => hasMap || !f.ofMap).map(({ file, label, hint }) => (
          <Button
            key={file}
            component="a"
            href={resultUrl(id, file)}
            download={`${stem}-${file}`}
            variant="default"
            px={8}
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
