import { Button, Progress } from "@mantine/core";
import { IconCamera, IconFolderOpen, IconMicroscope, IconPhotoUp } from "@tabler/icons-react";
import { useRef, type ChangeEvent, type ReactNode } from "react";

import type { ServerSettings } from "../api/types";
import { formatBytes } from "../cells/format";
import { describeTypes } from "../intake/checkPicture";
import type { Intake } from "../intake/usePictureIntake";
import type { Purpose } from "../routing";
import classes from "./start.module.css";
import { Zone } from "./Zone";

type PicturePurpose = Exclude<Purpose, "stacks">;

interface Props {
  purpose: PicturePurpose;
  limits: ServerSettings | undefined;
  sending: Intake["sending"];
  sampleLoading: boolean;
  onFiles: (files: File[]) => void;
  /** Files of a folder, the folders below it included. */
  onFolder: (files: File[]) => void;
  onSample: () => void;
  children: ReactNode;
}

const INVITATIONS: Record<PicturePurpose, { title: string; lead: string; choose: string }> = {
  smear: {
    title: "Drop a blood smear here",
    lead: "Every cell is outlined, named and counted, with the confidence of each call.",
    choose: "Choose pictures",
  },
  cells: {
    title: "Drop pictures of single cells here",
    lead: "Each cell is named, with the confidence of the call, the runners-up and what speaks for them.",
    choose: "Choose pictures",
  },
};

/** The way in: drop, choose, paste, photograph, or take the sample. */
export function DropZone({ purpose, limits, sending, sampleLoading, onFiles, onFolder, onSample, children }: Props) {
  const chooser = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const handing = (to: (files: File[]) => void) => (event: ChangeEvent<HTMLInputElement>) => {
    to([...(event.target.files ?? [])]);
    event.target.value = "";
  };
  const { title, lead, choose } = INVITATIONS[purpose];
  const busy = sending !== null || sampleLoading;
  return (
    <Zone purpose={purpose} title={title} lead={lead}>
      <div className={classes.ways}>
        <Button
          size="md"
          leftSection={<IconPhotoUp size={19} stroke={1.7} />}
          disabled={busy}
          onClick={() => chooser.current?.click()}
        >
          {choose}
        </Button>
        {purpose === "smear" && (
          <Button
            size="md"
            className={classes.folder}
            variant="default"
            leftSection={<IconFolderOpen size={19} stroke={1.7} />}
            disabled={busy}
            onClick={() => folder.current?.click()}
          >
            Choose a folder
          </Button>
        )}
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
        {purpose === "smear" && (
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
        )}
      </div>
      <input
        ref={chooser}
        type="file"
        accept={`image/*,${limits?.accepted_types.join(",") ?? ""}`}
        multiple
        hidden
        data-testid="chooser"
        aria-label="Picture"
        onChange={handing(onFiles)}
      />
      <input
        ref={folder}
        type="file"
        // @ts-expect-error -- every browser knows it, React's types do not
        webkitdirectory=""
        hidden
        data-testid="picture-folder"
        aria-label="Folder of pictures"
        onChange={handing(onFolder)}
      />
      <input ref={camera} type="file" accept="image/*" capture="environment" hidden aria-label="Photo" onChange={handing(onFiles)} />
      {sending ? (
        <div className={classes.sending} role="status">
          <span>Sending {sending.name}</span>
          <Progress value={100 * sending.share} size={6} aria-label={`Sending ${sending.name}`} />
        </div>
      ) : (
        <p className={classes.limits}>
          {limits ? `${describeTypes(limits)}, up to ${formatBytes(limits.upload_limit_bytes)}. ` : ""}
          You can paste a picture, too. {purpose === "smear" ? "It stays on this server." : "It is not kept on the server."}
        </p>
      )}
      {children}
    </Zone>
  );
}
