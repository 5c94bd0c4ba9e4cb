import { Button, Progress } from "@mantine/core";
import { IconCamera, IconMicroscope, IconPhotoUp } from "@tabler/icons-react";
import { useRef, type ChangeEvent, type ReactNode } from "react";

import type { ServerSettings } from "../api/types";
import { formatBytes } from "../cells/format";
import { describeTypes } from "../intake/checkPicture";
import type { Intake } from "../intake/usePictureIntake";
import classes from "./start.module.css";

interface Props {
  limits: ServerSettings | undefined;
  sending: Intake["sending"];
  sampleLoading: boolean;
  onFiles: (files: File[]) => void;
  onSample: () => void;
  children: ReactNode;
}

/** The way in: drop, choose, paste, photograph, or take the sample. */
export function DropZone({ limits, sending, sampleLoading, onFiles, onSample, children }: Props) {
  const chooser = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const chosen = (event: ChangeEvent<HTMLInputElement>) => {
    onFiles([...(event.target.files ?? [])]);
    event.target.value = "";
  };
  const busy = sending !== null || sampleLoading;
  return (
    <section className={classes.zone} aria-labelledby="drop-title">
      <h1 id="drop-title">Drop a blood smear here</h1>
      <p className={classes.lead}>Every cell is outlined, named and counted, with the confidence of each call.</p>
      <div className={classes.ways}>
        <Button
          size="md"
          leftSection={<IconPhotoUp size={19} stroke={1.7} />}
          disabled={busy}
          onClick={() => chooser.current?.click()}
        >
          Choose a picture
        </Button>
        <Button
          size="md"
          className={classes.camera}
          variant="default"
          leftSection={<IconCamera size={19} stroke={1.7} />}
          disabled={busy}
          onClick={() => camera.current?.click()}
        >
          Take a photo
        </Button>
        <Button
          size="md"
          variant="default"
          leftSection={<IconMicroscope size={19} stroke={1.7} />}
          loading={sampleLoading}
          disabled={sending !== null}
          onClick={onSample}
        >
          Try the sample smear
        </Button>
      </div>
      <input
        ref={chooser}
        type="file"
        accept={`image/*,${limits?.accepted_types.join(",") ?? ""}`}
        multiple
        hidden
        data-testid="chooser"
        aria-label="Picture"
        onChange={chosen}
      />
      <input ref={camera} type="file" accept="image/*" capture="environment" hidden aria-label="Photo" onChange={chosen} />
      {sending ? (
        <div className={classes.sending} role="status">
          <span>Sending {sending.name}</span>
          <Progress value={100 * sending.share} size={6} aria-label={`Sending ${sending.name}`} />
        </div>
      ) : (
        <p className={classes.limits}>
          {limits ? `${describeTypes(limits)}, up to ${formatBytes(limits.upload_limit_bytes)}. ` : ""}
          You can paste a picture, too. It stays on this server.
        </p>
      )}
      {children}
    </section>
  );
}
