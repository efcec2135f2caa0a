// Hands on the picture: its components are moved, stretched and turned by mouse, touch and keys. A pull is previewed here; what
// is let go is one edit, which Python makes of the run, see mixes/edits.py.
import { html, svg } from "../drawing/dom.js";
import { componentIn, handlesOf } from "../maths/hands.js";
import { after, onGrid, shapeAfter, textOf } from "../maths/pulls.js";
import { isLocked, partsAway, watchClassroom } from "./classroom.js";
import { watchKeys } from "./hand_keys.js";
import { marksOf } from "./hand_marks.js";
import { HandNumbers } from "./hand_numbers.js";
import { Placing } from "./hand_placing.js";
import { Presses } from "./hand_presses.js";
import { toldBy, Value } from "./hand_value.js";
import { Tools } from "./tools.js";

const REST = 600; // milliseconds without a key until what was done by keys is one edit
const LOST = 3; // seconds at rest without the edit that was asked for
const PLACING = "Arrows move it, Enter puts it there, Escape takes it back.";
const HELP =
  "Arrows move by 1 % of the axis, with shift by 10 %; [ and ] turn, + and − scale; n numbers, s split, g merge, Del delete, p pin.";

/** @import { Pull } from "../maths/hands.js" */

export class Hands {
  /**
   * `act` is the player: active, pause(), edit(text).
   * @param {import("./density.js").DensityPicture} picture
   */
  constructor(picture, act) {
    this.picture = picture;
    this.act = act;
    this.moving = false; // else it is looked at
    this.merging = false; // the next component that is chosen is the other one
    this.waiting = false; // for Python to make an edit
    /** @type {{ text: string, scene: import("../wire/types.d.ts").Fixed, seconds: number }} */
    this.sent = null; // which it is, and of which run
    /** @type {number} */
    this.chosen = null;
    /** @type {Pull} */
    this.draft = null;
    /** @type {(() => void)[]} */
    this.later = []; // what was pressed while an edit is awaited
    /** @type {import("../wire/types.d.ts").Fixed} */
    this.fixed = null;
    /** @type {import("../wire/history.js").Scene} */
    this.scene = null;
    this.tools = new Tools({ act: (name) => this.use(name), choose: (j) => this.choose(j, true) });
    this.drawing = svg("svg", { class: "em-hand-marks", "aria-hidden": "true" });
    this.surface = html("div", { class: "em-hands", tabindex: 0, role: "group", "aria-label": "Components", hidden: true });
    picture.frame.append(this.drawing, this.surface);
    picture.frame.before(this.tools.root);
    picture.hands = this;
    this.presses = new Presses(this);
    this.placing = new Placing(this);
    this.numbers = new HandNumbers(this);
    this.value = new Value(picture.frame);
    this.keys = watchKeys(this);
    this.unwatch = watchClassroom(() => this.tell());
  }

  /** Another run, or another scene of it. */
  show(scene, fixed) {
    const fresh = fixed !== this.fixed;
    const moved = scene.shape !== this.scene?.shape;
    Object.assign(this, { scene, fixed });
    if (fresh || moved) this.drop();
    this.placing.stands(scene.iteration);
    if (this.chosen !== null && !this.components[this.chosen]) this.chosen = null;
    if (fresh) {
      const { later } = this;
      this.waiting = false;
      this.later = [];
      for (const again of later) again();
    }
    this.tell();
  }

  /** What is offered here, or null. */
  get edits() {
    return this.fixed?.edits ?? null;
  }

  get there() {
    return Boolean(this.edits) && !isLocked() && !partsAway().has("edit");
  }

  get cannot() {
    return new Map(this.edits?.cannot ?? []);
  }

  /** Components of the scene, or null where one has no Gaussian here. */
  get components() {
    const { shape } = this.scene;
    const count = 1 + Math.max(...shape.gaussians.map((g) => g.at(-1)));
    return Array.from({ length: count }, (_, j) => componentIn(shape, j));
  }

  /** The chosen component as it is pulled now, or null. */
  get inHand() {
    const { moving, chosen, draft, scene } = this;
    return moving && chosen !== null ? componentIn(draft ? this.after(draft) : scene.shape, chosen) : null;
  }

  get able() {
    const { cannot } = this;
    const turns = !cannot.has("turn") && this.fixed.dimension === 2;
    const bends = !cannot.has("bend") && this.fixed.dimension === 2;
    return { turns, bends, stretches: !cannot.has("reshape") && (!cannot.has("turn") || this.edits.axes !== "@pc") };
  }

  /** Whether the picture's own presses are the hands'. */
  get takes() {
    return (this.moving || this.placing.on) && !this.picture.answer;
  }

  /** The row of tools and the picture in line with all this. */
  tell() {
    if (!this.scene) return;
    const { edits, there, chosen, placing } = this;
    if (!there || edits.why) this.moving = placing.on = false;
    const { moving, merging, pinned, hint } = this;
    this.tools.show({
      ...{ there, moving, placing: placing.on, chosen, typing: this.numbers.open, merging, pinned, hint },
      why: edits?.why ?? "",
      cannot: this.cannot,
      undo: Boolean(edits?.undo),
      count: this.components.length,
    });
    this.surface.hidden = !this.takes;
    const named = chosen === null ? "Components" : `Component ${chosen + 1}. ${HELP}`;
    this.surface.setAttribute("aria-label", placing.on ? `${hint} ${PLACING}` : named);
    this.numbers.show();
    const view = this.picture.view();
    if (view) this.draw(view);
  }

  /** What is to be done next. */
  get hint() {
    if (this.placing.on) return this.placing.hint;
    if (this.merging) return "Choose the component to merge with.";
    if (!this.moving) return "";
    if (this.chosen === null) return "Choose a component in the picture or here.";
    return this.presses.grip === null ? "Drag it, or tap where it is to go." : "Tap where this handle is to go.";
  }

  /** Take components in hand, or look only. */
  turn(moving) {
    this.placing.on = false;
    this.cancel();
    Object.assign(this, { moving, merging: false, chosen: moving ? this.chosen : null });
    this.tell();
  }

  /** A tool is used. */
  use(name) {
    const j = this.chosen;
    if (name === "undo") this.send("undo");
    else if (name === "look" || name === "move") this.turn(name === "move");
    else if (name === "place") this.place();
    else if (!this.moving || j === null || this.tools.buttons[name].disabled) return;
    else if (name === "numbers") this.numbers.turn();
    else if (name !== "merge") this.send(`${{ split: "s", delete: "x", pin: this.pinned ? "f" : "p" }[name]}${j + 1}`);
    else if (this.components.length === 2) this.send(`m${j + 1}.${2 - j}`);
    else {
      this.merging = !this.merging;
      this.tell();
    }
  }

  /** Choose where the means begin, or no longer. */
  place() {
    const begins = !this.placing.on;
    this.turn(false);
    if (!begins) return;
    this.placing.begin();
    this.surface.focus({ preventScroll: true });
  }

  /** A component is chosen, or none. */
  choose(j, focus = false) {
    if (focus) this.surface.focus({ preventScroll: true });
    if (this.merging && j !== null && j !== this.chosen) {
      this.send(`m${this.chosen + 1}.${j + 1}`);
      return;
    }
    if (j !== this.chosen) this.cancel();
    Object.assign(this, { chosen: j, merging: false });
    this.presses.grip = null;
    this.tell();
  }

  /** Hand an edit over. */
  send(text) {
    if (this.waiting) {
      this.later.push(() => this.send(text));
      return;
    }
    Object.assign(this, { waiting: true, merging: false });
    this.presses.grip = null;
    clearTimeout(this.timer);
    this.sent = { text, scene: this.fixed, seconds: 0 };
    this.act.edit(text);
    this.tell();
  }

  /** Once a second, and whether Python is at rest: what was said may be lost while a page is made, and is said again then. */
  check(resting) {
    const { sent } = this;
    if (!this.waiting || sent.scene !== this.act.history.fixed) return;
    sent.seconds = resting ? sent.seconds + 1 : 0;
    if (sent.seconds !== LOST) return;
    sent.seconds = 0;
    this.act.edit(sent.text);
  }

  /** What was pulled is let go. */
  commit() {
    clearTimeout(this.timer);
    if (this.draft) this.send(textOf(this.draft, this.chosen, this.edits.axes));
  }

  /** The edit was refused. */
  refused() {
    Object.assign(this, { waiting: false, later: [] });
    this.cancel();
  }

  /** Let go of what is pulled; gives whether there was anything. */
  cancel() {
    const held = Boolean(this.draft || this.presses.drag);
    this.drop();
    this.tell();
    return held;
  }

  drop() {
    clearTimeout(this.timer);
    this.draft = this.presses.drag = null;
    this.value.show(null);
    this.picture.preview(null);
  }

  /**
   * Show what a pull would do; `at` is where it is told, in pixels, in the place of beside the component.
   * @param {Pull} pull
   */
  preview(pull, at = null) {
    this.draft = onGrid(pull, this.edits);
    const shape = this.after(this.draft);
    const [{ at: centre }] = handlesOf(componentIn(shape, this.chosen), this.picture.view());
    this.offer(shape, pull.kind, at ?? centre);
  }

  /** The shape after a pull at the chosen component. */
  after(pull) {
    return shapeAfter(this.scene.shape, this.chosen, pull, this.edits);
  }

  /** Show the shape after a kind of pull, and what the log-likelihood would be, beside a place in pixels. */
  offer(shape, kind, at) {
    this.picture.preview(shape);
    this.value.show(toldBy(this.scene, this.fixed, shape, kind), at, this.picture.view());
  }

  /** Of the chosen component. */
  get handles() {
    const component = this.chosen === null ? null : this.components[this.chosen];
    return component ? handlesOf(component, this.picture.view(), this.able) : [];
  }

  /** Whether it is pinned. */
  get pinned() {
    return (this.scene.shape.pins ?? []).includes(this.chosen);
  }

  /** A little more, by a key: a row of them is one edit. */
  nudge(pull) {
    if (this.waiting || (this.draft && this.draft.kind !== pull.kind)) {
      if (!this.waiting) this.commit();
      this.later.push(() => this.nudge(pull));
      return;
    }
    this.act.pause();
    this.preview(after(this.draft, pull));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.commit(), REST);
    this.tell();
  }

  /** Let go of one thing after the other; gives whether there was any. */
  release() {
    if (this.placing.on) return this.placing.back() || this.place() || true;
    if (this.cancel()) return true;
    if (this.merging || this.presses.grip !== null) [this.merging, this.presses.grip] = [false, null];
    else if (this.chosen !== null) this.chosen = null;
    else return false;
    this.tell();
    return true;
  }

  /**
   * Draw what is in hand over the picture.
   * @param {import("../maths/hands.js").View} view
   */
  draw(view) {
    this.drawing.replaceChildren(...(this.scene && this.edits ? marksOf(this, view) : []));
  }

  destroy() {
    clearTimeout(this.timer);
    this.keys();
    this.unwatch();
  }
}
