// Presses of hands on the picture, by mouse and touch: a handle is dragged, or held by one tap and put elsewhere by the next.
import { handlesOf, nearestOf, pulled, toPlace, within } from "../maths/hands.js";

const [SLOP, REACH, TOUCH] = [4, 14, 24]; // pixels: of a tap, and how far a handle reaches

/** @import { Hands } from "./hands.js" */

export class Presses {
  /** @param {Hands} hands */
  constructor(hands) {
    this.hands = hands;
    this.grip = 0; // the handle that a tap puts elsewhere
    /** @type {{ handle: number, from: number[], far: boolean, hit: number }} */
    this.drag = null;
    const on = (name, take) => hands.surface.addEventListener(name, take);
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.pull(event));
    on("pointerup", (event) => this.up(event));
    on("pointercancel", () => hands.cancel());
  }

  at(event) {
    const { left, top } = this.hands.surface.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  get view() {
    return this.hands.picture.view();
  }

  get handles() {
    return this.hands.handles;
  }

  /** The component whose centre is at some pixels, or -1. */
  centre(place, reach) {
    const { view } = this;
    const centres = this.hands.components.map((each) => each && handlesOf(each, view, { turns: false, stretches: false })[0].at);
    return nearestOf(centres, place, reach);
  }

  down(event) {
    const { hands } = this;
    if (event.button || !hands.takes || hands.waiting || this.drag) return;
    hands.act.pause();
    const place = this.at(event);
    const reach = event.pointerType === "mouse" ? REACH : TOUCH;
    let handle = hands.merging ? -1 : nearestOf(this.handles.map(({ at }) => at), place, reach);
    const hit = handle < 0 ? this.centre(place, reach) : hands.chosen;
    if (handle < 0 && hit >= 0 && !hands.merging) {
      hands.choose(hit);
      handle = 0;
    }
    hands.surface.setPointerCapture(event.pointerId);
    hands.surface.focus({ preventScroll: true });
    event.preventDefault();
    this.drag = { handle, hit, from: place, far: false };
  }

  pull(event) {
    const { drag } = this;
    if (!drag) return;
    const place = this.at(event);
    drag.far ||= Math.hypot(place[0] - drag.from[0], place[1] - drag.from[1]) > SLOP;
    if (!drag.far || drag.handle < 0) return;
    this.hands.preview(this.pulledTo(drag.handle, place));
  }

  pulledTo(handle, place) {
    return pulled(this.handles[handle], this.hands.components[this.hands.chosen], this.view, place);
  }

  up(event) {
    const { drag, hands } = this;
    if (!drag) return;
    this.drag = null;
    const place = this.at(event);
    if (drag.far) hands.commit();
    else if (drag.handle > 0 || (drag.handle === 0 && this.grip)) this.grip = drag.handle; // it is held; the next tap says where it goes
    else if (drag.handle < 0) this.tap(place, drag.hit);
    hands.tell();
  }

  /** A tap beside all handles. */
  tap(place, hit) {
    const { hands } = this;
    const inside = hit >= 0 ? hit : within(hands.components, toPlace(this.view, place));
    if (hands.chosen === null || hands.merging) {
      if (inside >= 0) hands.choose(inside);
      return;
    }
    if (!this.handles.length) return;
    hands.preview(this.pulledTo(this.grip, place));
    hands.commit();
  }
}
