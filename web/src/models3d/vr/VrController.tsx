import { DefaultXRController, useXRInputSourceStateContext, XRSpace } from "@react-three/xr";

/** A controller in the hand: a plain grip, a ray to point with and a sphere to grab with. */
export function VrController() {
  const { inputSource } = useXRInputSourceStateContext("controller");
  return (
    <>
      <DefaultXRController model={false} />
      {inputSource.gripSpace && (
        <XRSpace space={inputSource.gripSpace}>
          <mesh rotation={[Math.PI / 2, 0, 0]} raycast={() => undefined}>
            <capsuleGeometry args={[0.016, 0.09, 6, 16]} />
            <meshStandardMaterial color="#4b5a60" roughness={0.6} />
          </mesh>
        </XRSpace>
      )}
    </>
  );
}
