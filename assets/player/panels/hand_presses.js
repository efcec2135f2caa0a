// Presses of hands on the picture, by mouse and touch: a handle is dragged, or one tap holds it and the next says where it goes.
import { handlesOf, nearestOf, pulled, snapped, toPlace, within } from "../maths/hands.js";

const [SLOP, REACH, TOUCH, SNAP] = [4, 14, 24, 7]; // pixels: of a tap, how far a handle reaches, and another mean

/** @import { Hands } from "./hands.js" */

export class Presses {
  /** @param {Hands} hands */
  constructor(hands) {
    this.hands = hands;
    /** @type {number} */
    this.grip = null; // the handle that is held; else a tap beside all components puts the mean there
    /** @type {{ handle: number, from: number[], far: boolean, hit: number, reach: number, chose: boolean, place?: number[] }} */
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
    const centres = this.hands.components.map((each) => each && handlesOf(each, view)[0].at);
    return nearestOf(centres, place, reach);
  }

  down(event) {
    const { hands } = this;
    if (event.button || !hands.takes || hands.waiting || this.drag) return;
    hands.act.pause();
    const place = this.at(event);
    if (hands.placing.on) {
      this.hold(event, { handle: -1, hit: -1, from: place, far: false, reach: 0, chose: false });
      this.aim(place);
      return;
    }
    const reach = event.pointerType === "mouse" ? REACH : TOUCH;
    let handle = hands.merging ? -1 : nearestOf(this.handles.map(({ at }) => at), place, reach);
    const hit = handle < 0 && this.grip === null ? this.centre(place, reach) : -1;
    const chose = hit >= 0 && !hands.merging;
    if (chose) {
      hands.choose(hit);
      handle = 0;
    }
    this.hold(event, { handle, hit, from: place, far: false, reach, chose });
  }

  hold(event, drag) {
    const { surface } = this.hands;
    surface.setPointerCapture(event.pointerId);
    surface.focus({ preventScroll: true });
    event.preventDefault();
    this.drag = drag;
  }

  /** The next mean would begin there. */
  aim(place) {
    this.hands.placing.aim(toPlace(this.view, place).slice(0, this.hands.fixed.dimension));
  }

  pull(event) {
    const { drag } = this;
    if (!drag) return;
    const place = this.at(event);
    if (this.hands.placing.on) return this.aim(place);
    drag.far ||= Math.hypot(place[0] - drag.from[0], place[1] - drag.from[1]) > SLOP;
    if (!drag.far || drag.handle < 0) return;
    drag.place = place;
    this.hands.preview(this.pulledTo(drag.handle, place, SNAP), place);
  }

  /** A mean that is put within reach of another one lies on it. */
  pulledTo(handle, place, reach) {
    const { components, chosen } = this.hands;
    const pull = pulled(this.handles[handle], components[chosen], this.view, place);
    return pull.kind === "move" ? { ...pull, place: snapped(pull.place, components, chosen, this.view, reach) } : pull;
  }

  up(event) {
    const { drag, hands } = this;
    if (!drag) return;
    this.drag = null;
    const place = this.at(event);
    if (hands.placing.on) hands.placing.put();
    else if (drag.far) hands.commit();
    else if (drag.handle < 0 || (this.grip !== null && this.grip !== drag.handle)) this.tap(place, drag);
    else if (!drag.chose) this.grip = this.grip === null ? drag.handle : null;
    hands.tell();
  }

  /** A tap beside all handles, or anywhere but on that which is held. */
  tap(place, { hit, reach }) {
    const { hands } = this;
    const inside = hit >= 0 ? hit : within(hands.components, toPlace(this.view, place));
    if (hands.chosen === null || hands.merging) {
      if (inside >= 0) hands.choose(inside);
      return;
    }
    if (!this.handles.length) return;
    hands.preview(this.pulledTo(this.grip ?? 0, place, reach), place);
    hands.commit();
  }
}
