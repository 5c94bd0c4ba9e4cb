import { Vector3, type Matrix4, type Object3D } from "three";

const WALK_M_PER_S = 1.2;
const TURN_RADIANS = Math.PI / 6;
/** Below it a stick is at rest: few come back to 0. */
const REST = 0.15;
/** Beyond it a stick is pushed over; a turn is done again only after it was let go. */
const PUSHED = 0.6;
/** After a longer pause, such as that of a model being read, nobody is found somewhere else. */
const LONGEST_STEP_S = 0.1;
const UP = new Vector3(0, 1, 0);

export interface Sticks {
  /** Of the walking hand, -1 to 1: to the right. */
  across: number;
  /** Of the walking hand, -1 to 1: backwards, as gamepads count. */
  back: number;
  /** Of the turning hand, -1 to 1: to the right. */
  turn: number;
}

/** A person who goes about the room by sticks. */
export class Walker {
  private turned = false;
  private readonly right = new Vector3();
  private readonly head = new Vector3();

  /**
   * Moves the floor under a person's feet.
   * @param floor What the headset's own space stands on.
   * @param headInWorld Where the head is and looks.
   */
  step(floor: Object3D, headInWorld: Matrix4, sticks: Sticks, seconds: number): void {
    this.walk(floor, headInWorld, sticks, Math.min(seconds, LONGEST_STEP_S));
    this.turn(floor, headInWorld, sticks.turn);
  }

  private walk(floor: Object3D, headInWorld: Matrix4, { across, back }: Sticks, seconds: number): void {
    if (Math.hypot(across, back) < REST) return;
    // The line through the ears stays level where the eyes look up or down.
    this.right.setFromMatrixColumn(headInWorld, 0).setY(0).normalize();
    const way = WALK_M_PER_S * seconds;
    floor.position.addScaledVector(this.right, across * way);
    floor.position.addScaledVector(this.right.cross(UP), back * way);
  }

  /** About the head: somebody who has gone a step from the middle of the floor stays where they are. */
  private turn(floor: Object3D, headInWorld: Matrix4, stick: number): void {
    if (Math.abs(stick) < REST) this.turned = false;
    if (Math.abs(stick) < PUSHED || this.turned) return;
    this.turned = true;
    const angle = -Math.sign(stick) * TURN_RADIANS;
    this.head.setFromMatrixPosition(headInWorld).setY(floor.position.y);
    floor.position.sub(this.head).applyAxisAngle(UP, angle).add(this.head);
    floor.rotateY(angle);
  }
}
