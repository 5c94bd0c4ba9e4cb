import { NativeSelect, TextInput } from "@mantine/core";

import PixelSizeField from "../start/PixelSizeField";
import type { Said } from "./uploadQueue";

const LONGEST = 64;

interface Props {
  said: Said;
  onChange: (said: Said) => void;
  withSpecimen?: boolean;
}

/** What is said of pictures when they come in. All of it may be left out. */
export default function PictureFields({ said, onChange, withSpecimen = true }: Props) {
  return (
    <>
      <NativeSelect
        label="Material"
        data={[
          { value: "blood", label: "Peripheral blood" },
          { value: "marrow", label: "Bone marrow" },
        ]}
        value={said.material ?? "blood"}
        onChange={(event) => onChange({ ...said, material: event.currentTarget.value === "marrow" ? "marrow" : "blood" })}
      />
      {withSpecimen && (
        <TextInput
          label="Specimen"
          description="Pictures of one smear, under one name, count together."
          maxLength={LONGEST}
          value={said.specimen ?? ""}
          onChange={(event) => onChange({ ...said, specimen: event.currentTarget.value })}
        />
      )}
      <TextInput
        label="Person"
        description="A pseudonym, never the name or number of a patient."
        maxLength={LONGEST}
        value={said.subject ?? ""}
        onChange={(event) => onChange({ ...said, subject: event.currentTarget.value })}
      />
      <PixelSizeField value={said.mppUm} onChange={(mppUm) => onChange({ ...said, mppUm })} />
    </>
  );
}
