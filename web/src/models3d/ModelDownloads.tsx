import { Button } from "@mantine/core";
import { IconCamera } from "@tabler/icons-react";
import type { RefObject } from "react";

import type { ModelForm } from "../api/client";
import { DownloadButton } from "../panels/DownloadList";
import classes from "./models3d.module.css";
import type { StageHandle } from "./ModelStage";

const FORMS: { form: ModelForm; label: string; hint: string }[] = [
  { form: "glb", label: "GLB", hint: "shape, parts and colours, in metres" },
  { form: "stl", label: "STL", hint: "shape alone, in micrometres, for 3D printing" },
  { form: "obj", label: "OBJ", hint: "shape, parts and colours, in micrometres" },
];

interface Props {
  stage: RefObject<StageHandle | null>;
  /** What the files are called. */
  stem: string;
  urlOf: (form: ModelForm) => string;
  forms?: readonly ModelForm[];
}

/** The model to take away, and a picture of it as it is shown. */
export function ModelDownloads({ stage, stem, urlOf, forms = ["glb", "stl", "obj"] }: Props) {
  return (
    <section aria-labelledby="model-downloads-title">
      <h2 id="model-downloads-title">Download</h2>
      <div className={classes.downloads}>
        {FORMS.filter(({ form }) => forms.includes(form)).map(({ form, label, hint }) => (
          <DownloadButton key={form} file={{ url: urlOf(form), saveAs: `${stem}.${form}`, label, hint }} />
        ))}
        <Button
          variant="default"
          px={8}
          leftSection={<IconCamera size={16} stroke={1.7} />}
          title="the view as it is, with names, scale bar and notice"
          onClick={() => void stage.current?.picture().then((picture) => picture && save(picture, `${stem}.png`))}
        >
          Picture
        </Button>
      </div>
    </section>
  );
}

function save(picture: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(picture);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
