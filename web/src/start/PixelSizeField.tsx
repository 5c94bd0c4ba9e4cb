import { NumberInput } from "@mantine/core";

interface Props {
  value: number | undefined;
  onChange: (mppUm: number | undefined) => void;
}

/** The scale, where somebody knows it. */
export default function PixelSizeField({ value, onChange }: Props) {
  return (
    <NumberInput
      label="Width of one pixel"
      placeholder="µm, e.g. 0.1"
      hideControls
      suffix=" µm"
      min={0.001}
      max={2}
      clampBehavior="strict"
      step={0.01}
      decimalScale={4}
      value={value ?? ""}
      onChange={(entered) => onChange(typeof entered === "number" && entered > 0 ? entered : undefined)}
      inputMode="decimal"
    />
  );
}
