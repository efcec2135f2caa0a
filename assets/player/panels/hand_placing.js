// Where the means begin, chosen in the picture: one component after the other is put where it is to start, and all of them are then
// handed over at once, as edits of iteration 0.
import { toPixels } from "../maths/hands.js";
import { placeOnGrid, shapeAfter, textOf } from "../maths/pulls.js";

/** @import { Hands } from "./hands.js" */

const moveTo = (place) => ({ kind: /** @type {const} */ ("move"), place });

/** Where a place is marked; in one dimension on the axis. */
export const pixelsOf = (place, view) => toPixels(view, [place[0], place[1] ?? 0]);

export class Placing {
  /** @param {Hands} hands */
  constructor(hands) {
    this.hands = hands;
    this.on = false;
    this.there = false; // the start is shown
    /** @type {number[][]} */
    this.places = []; // of the components so far
    /** @type {number[]} */
    this.aimed = null; // where the next one would be put
  }

  begin() {
    Object.assign(this, { on: true, there: false, places: [], aimed: null });
    this.hands.act.jump(0);
    this.hands.tell();
  }

  end() {
    this.on = false;
    this.hands.cancel();
  }

  /** Something else is shown: only the start is of use. */
  stands(iteration) {
    if (iteration === 0) this.there = true;
    else if (this.there) this.on = false;
  }

  /** How many components there are to put. */
  get count() {
    return this.hands.components.length;
  }

  get hint() {
    return `Tap where the mean of component ${this.places.length + 1} of ${this.count} begins.`;
  }

  /** The places so far, and that which is aimed at. */
  get all() {
    return this.aimed ? [...this.places, this.aimed] : this.places;
  }

  /** The next one would be put at a place; it is shown there. */
  aim(place) {
    if (!this.there) return;
    this.aimed = placeOnGrid(place, this.hands.edits);
    this.show();
  }

  /** By a key: from where it was aimed at, or where the component is. */
  nudge(shift) {
    const from = this.aimed ?? this.hands.components[this.places.length].center;
    this.aim(from.map((v, a) => v + shift[a]));
  }

  /** It is put where it was aimed at; with the last one all are handed over. */
  put() {
    const { hands, aimed } = this;
    if (!aimed) return;
    this.places.push(aimed);
    this.aimed = null;
    if (this.places.length < this.count) return this.show();
    this.on = false;
    hands.send(this.places.map((place, j) => textOf(moveTo(place), j, hands.edits.axes)).join(";"));
  }

  /** Let go of what is aimed at, or else of the last one; gives whether there was anything. */
  back() {
    const held = Boolean(this.aimed || this.places.length);
    if (!this.aimed) this.places.pop();
    this.aimed = null;
    this.show();
    return held;
  }

  show() {
    const { hands, all } = this;
    const moved = all.reduce((now, place, j) => shapeAfter(now, j, moveTo(place)), hands.scene.shape);
    if (all.length) hands.offer(moved, "move", pixelsOf(all.at(-1), hands.picture.view()));
    else hands.cancel();
    hands.tell();
  }
}
