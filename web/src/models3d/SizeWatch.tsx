import { useThree } from "@react-three/fiber";
import { useEffect } from "react";

/** Tells the page how large the stage is. */
export function SizeWatch({ onSize }: { onSize: (size: { width: number; height: number }) => void }) {
  const width = useThree((state) => state.size.width);
  const height = useThree((state) => state.size.height);
  useEffect(() => onSize({ width, height }), [onSize, width, height]);
  return null;
}
