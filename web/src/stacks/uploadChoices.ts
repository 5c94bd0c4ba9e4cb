/** What a person may open of an upload beside what a case shows. */
import type { Upload } from "./types";

export interface UploadChoice {
  title: string;
  detail: string;
  /** Whether it can be opened. */
  possible: boolean;
  /** Number of the scan, and the label map to take of those in the upload; the one that belongs to the scan where none is said. */
  wish: { number: number; labelMap?: string };
}

/** Instead of a label map: the models. */
const WITHOUT = "none";

export function choicesOf(upload: Upload): { series: UploadChoice[]; labelMaps: UploadChoice[] } {
  const { taken, scans } = upload.series;
  const series = scans
    .filter((scan) => scan.number !== taken)
    .map((scan) => ({
      title: scan.description || `Series ${scan.number}`,
      detail:
        scan.unsuitable || `${scan.modality === "other" ? "" : `${scan.modality}, `}${scan.shape[0]} slices of ${scan.shape[2]} × ${scan.shape[1]}`,
      possible: !scan.unsuitable,
      wish: { number: scan.number },
    }));
  return { series, labelMaps: labelChoices(upload) };
}

function labelChoices({ series: { taken }, label_maps, label_map, own_file }: Upload): UploadChoice[] {
  const found = label_maps.map((title, at) => ({
    title,
    detail: "",
    possible: true,
    wish: { number: taken, labelMap: String(at + 1) },
  }));
  const wanted = own_file ? null : label_map;
  // The only one is what the case has already, where nothing else was asked for.
  const others = label_map === null && !own_file && found.length === 1 ? [] : found.filter((one) => wanted !== one.wish.labelMap);
  if (label_maps.length === 0 || wanted === WITHOUT) return others;
  return [...others, { title: "Without a label map", detail: "The models look for organs.", possible: true, wish: { number: taken, labelMap: WITHOUT } }];
}
