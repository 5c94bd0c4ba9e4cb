import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";

import panels from "../panels/panels.module.css";
import { stackFileUrl, type StackFile } from "./stackApi";

const FILES: { file: StackFile; label: string; hint: string; ofOrgans: boolean }[] = [
  { file: "organs.csv", label: "CSV", hint: "volumes, for a spreadsheet", ofOrgans: false },
  { file: "findings.json", label: "JSON", hint: "everything, for programs", ofOrgans: false },
  { file: "labels.nii.gz", label: "NIfTI", hint: "the label map", ofOrgans: true },
  { file: "labels.dcm", label: "SEG", hint: "the label map as DICOM, for PACS and viewers", ofOrgans: true },
  { file: "organs.glb", label: "GLB", hint: "the 3D scene", ofOrgans: true },
];

/** Results of a stack to take away. */
export function StackDownloads({ id, name, hasOrgans }: { id: string; name: string; hasOrgans: boolean }) {
  const stem = name.replace(/(\.nii)?\.[^.]+$/, "");
  return (
    <section aria-labelledby="downloads-title">
      <h2 id="downloads-title">Download</h2>
      <div className={panels.downloads}>
        {FILES.filter(({ ofOrgans }) => hasOrgans || !ofOrgans).map(({ file, label, hint }) => (
          <Button
            key={file}
            component="a"
            href={stackFileUrl(id, file)}
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
