import { resultUrl, type ResultFile } from "../api/client";
import { DownloadList } from "./DownloadList";

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
  const files = FILES.filter((f) => hasMap || !f.ofMap).map(({ file, label, hint }) => {
    return { url: resultUrl(id, file), saveAs: `${stem}-${file}`, label, hint };
  });
  return <DownloadList files={files} />;
}
