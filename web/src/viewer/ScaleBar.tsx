import { scaleBarLength } from "../cells/scaleBar";
import classes from "./stage.module.css";

interface Props {
  mppUm: number | null;
  estimated: boolean;
  screenPxPerPicturePx: number;
  widestPx: number;
}

/** A bar of a round number of micrometres; "≈" where the scale is an estimate. */
export function ScaleBar({ mppUm, estimated, screenPxPerPicturePx, widestPx }: Props) {
  const length = mppUm === null ? null : scaleBarLength(mppUm / screenPxPerPicturePx, widestPx);
  if (!length) return null;
  const text = `${estimated ? "≈ " : ""}${length.um} µm`;
  return (
    <div className={classes.scaleBar} role="img" aria-label={`Scale bar: ${text}${estimated ? ", estimated" : ""}`}>
      <span>{text}</span>
      <i style={{ width: length.widthPx }} />
    </div>
  );
}
