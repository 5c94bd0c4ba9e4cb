import { useFrame } from "@react-three/fiber";
import { useRef } from "react";
import type { Group } from "three";

/** Light from the viewer's left shoulder, softened from all sides: whatever is turned to the front is lit. */
export function Lighting() {
  const carried = useRef<Group>(null);
  useFrame(({ camera }) => carried.current?.quaternion.copy(camera.quaternion));
  return (
    <>
      <ambientLight intensity={1.25} />
      <group ref={carried}>
        <directionalLight position={[-2, 3, 4]} intensity={2.1} />
        <directionalLight position={[4, -1, 2]} intensity={0.5} />
        <directionalLight position={[0, 2, -4]} intensity={0.6} />
      </group>
    </>
  );
}
