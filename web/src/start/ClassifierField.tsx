import { NativeSelect } from "@mantine/core";

import type { Model } from "../api/types";
import { capitalised } from "../cells/format";

interface Props {
  classifiers: readonly Model[];
  value: string;
  onChange: (name: string) => void;
}

/** Which classifier names the cells, where there is a choice. */
export default function ClassifierField({ classifiers, value, onChange }: Props) {
  if (classifiers.length < 2) return null;
  return (
    <NativeSelect
      label="Named by the classifier"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={classifiers.map((m) => ({ value: m.name, label: `${capitalised(m.name)}, ${m.classes.length} classes` }))}
    />
  );
}
