import { DownloadList } from "../panels/DownloadList";
import { stackFileUrl, type StackFile } from "./stackApi";

const FILES: { file: StackFile; label: string; hint: string; ofOrgans: boolean }[] = [
  { file: "organs.csv", label: "CSV", hint: "volumes, for a spreadsheet", ofOrgans: false },
  { file: "findings.json", label: "JSON", hint: "everything, for programs", ofOrgans: false },
  { file: "labels.nii.gz", label: "NIfTI", hint: "the label map", ofOrgans: true },
  { file: "labels.dcm", label: "SEG", hint: "the label map as DICOM, for PACS and viewers", ofOrgans: true },
  { file: "organs.glb", label: "GLB", hint: "the 3D scene", ofOrgans: true },
  { file: "organs.stl", label: "STL", hint: "the surfaces, in millimetres, for printing", ofOrgans: true },
  { file: "organs.obj.zip", label: "OBJ", hint: "the surfaces with colours, for 3D programs", ofOrgans: true },
];

/** Results of a stack to take away. */
export function StackDownloads({ id, name, hasOrgans }: { id: string; name: string; hasOrgans: boolean }) {
  const stem = name.replace(/(\.nii)?\.[^.]+$/, "");
  const files = FILES.filter(({ ofOrgans }) => hasOrgans || !ofOrgans).map(({ file, label, hint }) => {
    return { url: stackFileUrl(id, file), saveAs: `${stem}-${file}`, label, hint };
  });
  return <DownloadList files={files} />;
}
