// The numbers of the component in hand, to be typed: what a hand does without a steady hand.
import { attribute, html, icon, write } from "../drawing/dom.js";
import { editTo, numberOf, typed, wrong } from "../maths/hand_numbers.js";
import { toPixels } from "../maths/hands.js";
import { significant } from "../maths/text.js";

/** @import { Hands } from "./hands.js" */
/** @import { Name } from "../maths/hand_numbers.js" */

const DIGITS = 5;
const WEIGHTS = { min: 0.01, max: 0.99, step: 0.01 }; // of the slider
/** @type {[Name, string, boolean][]} a number, what it is called, and whether there is one for each axis */
const ROWS = [
  ["mean", "mean", true],
  ["deviation", "st. dev.", true],
  ["location", "begins at", true],
  ["correlation", "correlation", false],
  ["weight", "weight", false],
];

/** As it stands in a field: with the sign of less that keyboards have. */
const shown = (value) => significant(value, DIGITS).replace("−", "-");

export class HandNumbers {
  /** @param {Hands} hands */
  constructor(hands) {
    this.hands = hands;
    this.open = false;
    this.drags = false; // the slider, by a pointer
    this.named = ""; // the axes that the fields are of
    /** @type {number} */
    this.of = null; // the component that they are of
    /** @type {{ name: Name, axis: number, row: HTMLElement, input: HTMLInputElement, value: string }[]} */
    this.fields = [];
    this.heading = html("strong");
    this.slider = html("input", { type: "range", ...WEIGHTS, "aria-label": "weight, by a slider" });
    this.slider.addEventListener("pointerdown", () => (this.drags = true));
    this.slider.addEventListener("keydown", () => (this.drags = false));
    this.slider.addEventListener("input", () => this.slide());
    this.slider.addEventListener("change", () => this.drags && hands.commit());
    const close = html("button", { type: "button", class: "em-button", "aria-label": "Close", onclick: () => this.turn() }, icon("close"));
    this.grid = html("div", { class: "em-hand-grid" });
    this.problem = html("p", { role: "alert" });
    const own = { class: "em-hand-numbers", role: "group", tabindex: -1, hidden: true, onkeydown: (event) => this.key(event) };
    this.root = html("div", own, html("header", {}, this.heading, close), this.grid, this.problem);
    const { frame } = hands.picture;
    const stage = html("div", { class: "em-hand-stage" });
    frame.replaceWith(stage);
    stage.append(frame, this.root); // over the picture, or below it on a phone
  }

  /** Unfold the fields, or fold them away. */
  turn() {
    this.open = !this.open;
    this.hands.tell();
    // a field in focus brings up the keys of a phone, over all else
    const first = matchMedia("(pointer: coarse)").matches ? this.root : this.fields.find(({ input }) => !input.disabled)?.input;
    if (this.open) first?.focus({ preventScroll: true });
    if (this.open) this.root.scrollIntoView({ block: "nearest" });
    else this.hands.surface.focus({ preventScroll: true });
  }

  /** Bring the fields in line with the component in hand. */
  show() {
    const { hands } = this;
    const component = hands.inHand;
    const chosen = component ? hands.chosen : null;
    if (chosen === null) this.open = false;
    this.root.hidden = !this.open;
    if (!this.open) {
      this.of = null;
      return;
    }
    this.build();
    if (this.of !== chosen) {
      this.settle(component);
      this.refuse("");
    }
    this.of = chosen;
    write(this.heading, `Component ${chosen + 1}`);
    attribute(this.root, "aria-label", `Numbers of component ${chosen + 1}`);
    for (const field of this.fields) {
      const { name, axis, row, input } = field;
      row.hidden = name === "location" && !component.arrow;
      if (row.hidden) continue;
      const value = shown(numberOf(component, name, axis));
      if (value !== field.value || !this.touched(field)) {
        if (input.value !== value && input.ariaInvalid === "true") this.refuse(""); // it is another number now
        input.value = field.value = value;
      }
      const why = this.why(name);
      Object.assign(input, { disabled: Boolean(why), title: why });
    }
    this.weigh(component);
  }

  /** Bring the slider in line. */
  weigh({ weight }) {
    const why = this.why("weight");
    const share = (weight - WEIGHTS.min) / (WEIGHTS.max - WEIGHTS.min);
    this.slider.style.setProperty("--played", String(Math.min(Math.max(share, 0), 1)));
    Object.assign(this.slider, { value: String(weight), disabled: Boolean(why), title: why || "Its weight; the others share the rest." });
  }

  /** The slider moves: by a pointer until it is let go, by keys until they rest. */
  slide() {
    const { hands } = this;
    hands.nudge({ kind: "weigh", weight: Number(this.slider.value) });
    if (this.drags) clearTimeout(hands.timer);
  }

  /** Whether something was typed that is no edit yet. */
  touched({ input, value }) {
    return input.getRootNode().activeElement === input && input.value !== value;
  }

  /** Why a number cannot be typed, or "". */
  why(name) {
    const { cannot, able, components } = this.hands;
    if (name === "weight" && components.length < 2) return "There is no other component.";
    if (name === "correlation" && !able.turns) return cannot.get("turn") ?? cannot.get("reshape") ?? "";
    if (name === "deviation" && !able.stretches) return cannot.get("reshape") ?? cannot.get("turn") ?? "";
    return cannot.get({ mean: "move", location: "bend", weight: "weigh" }[name]) ?? "";
  }

  /** Fields for the axes of a picture; of the same axes those that there are, where someone may be. */
  build() {
    const { fixed } = this.hands;
    const { xaxis, yaxis } = fixed.figures.density.layout;
    const names = [xaxis, yaxis].slice(0, fixed.dimension).map((axis) => axis?.title?.text ?? "");
    if (this.named === names.join()) return;
    this.named = names.join();
    const rows = ROWS.filter(([name]) => fixed.dimension === 2 || name !== "correlation");
    const head = html("div", { class: "em-hand-row" }, html("span"), ...names.map((name) => html("span", { title: name }, name)));
    this.fields = rows.flatMap(([name, label, each]) => {
      const row = html("div", { class: "em-hand-row" }, html("span", {}, label));
      const axes = each ? names.keys() : [0];
      return [...axes].map((axis) => {
        const told = each ? `${label} of ${names[axis]}` : label;
        const input = html("input", { type: "text", inputmode: "decimal", autocomplete: "off", "aria-label": told });
        row.append(input, ...(name === "weight" ? [this.slider] : []));
        const field = { name, axis, row, input, value: "" };
        input.addEventListener("change", () => this.take(field));
        return field;
      });
    });
    this.grid.replaceChildren(head, ...new Set(this.fields.map(({ row }) => row)));
  }

  /** Fields stand in the corner that is farthest from the component. */
  settle({ center }) {
    const view = this.hands.picture.view();
    if (!view) return;
    const [x, y] = toPixels(view, [center[0], center[1] ?? 0]);
    this.root.classList.toggle("em-left", x > view.left + view.w / 2);
    this.root.classList.toggle("em-below", center.length > 1 && y < view.top + view.h / 2);
  }

  /** A number was typed. */
  take(field) {
    const { name, axis, input } = field;
    const { hands } = this;
    const component = hands.inHand;
    if (!component || input.value.trim() === field.value) return;
    const value = typed(input.value);
    const problem = wrong(name, value);
    this.refuse(problem, input);
    if (problem) return;
    hands.act.pause();
    hands.send(editTo(component, hands.chosen, hands.edits.axes, name, axis, value));
  }

  /** Say what is wrong with a number, or nothing. */
  refuse(problem, input = null) {
    write(this.problem, problem);
    for (const each of this.fields) attribute(each.input, "aria-invalid", Boolean(problem) && each.input === input);
    if (problem) this.problem.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.turn();
  }
}
