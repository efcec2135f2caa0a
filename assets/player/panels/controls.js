// The bar under the picture, and the keys that do the same.
import { attribute, html, icon } from "../drawing/dom.js";
import { SPEEDS } from "../time/pacing.js";
import { allParts } from "./classroom.js";
import { introduced } from "./introduction.js";

/** A speed in a few words. */
export const speedName = (speed) => `${speed === 0.5 ? "½" : speed}/s`;

const button = (label, title, act, ...content) =>
  html("button", { type: "button", class: "em-button", "aria-label": label, title, onclick: act }, ...content);

export class Controls {
  /** `act` is the playhead. */
  constructor(panel, act) {
    this.act = act;
    const { speed, linger } = act;
    this.reset = button("Reset", "Go back to iteration 0. (Home)", () => act.jump(0), icon("reset"));
    this.back = button("Step back", "Go back by one iteration. (left arrow)", () => act.step(-1), icon("back"));
    this.play = button(
      "Play",
      "Watch the fit, iteration by iteration. (space)",
      () => act.toggle(),
      icon("play"),
      icon("pause"),
    );
    this.play.classList.add("em-play");
    this.play.classList.toggle("em-pulse", !introduced()); // who has seen a run knows where to begin
    this.forward = button("Step forward", "Go on by one iteration. (right arrow)", () => act.step(1), icon("forward"));
    this.half = button(
      "Half-step forward",
      "Go on by half an iteration: first the E-step, then the M-step. (shift + right arrow)",
      () => act.step(1, true),
      html("span", { "aria-hidden": "true" }, "½"),
    );
    this.range = html("input", {
      type: "range",
      min: 0,
      max: 1,
      step: 1,
      value: 0,
      "aria-label": "Iteration",
      "data-part": "scrub",
      title: "Drag to any iteration.",
      oninput: () => act.scrub(Number(this.range.value), false),
      onchange: () => act.scrub(Number(this.range.value), true),
    });
    this.speed = html(
      "select",
      {
        "aria-label": "Speed",
        "data-part": "speed",
        title: "Iterations a second. Up to 2 a second both half-steps are shown.",
        onchange: () => act.setSpeed(Number(this.speed.value)),
      },
      ...SPEEDS.map((s) => html("option", { value: s, selected: s === speed }, speedName(s))),
    );
    this.linger = button(
      "Linger",
      "Linger where much changes and hurry where little does, up to 20 iterations a second.",
      () => act.setLinger(this.linger.getAttribute("aria-pressed") !== "true"),
      icon("linger"),
    );
    attribute(this.linger, "aria-pressed", linger);
    this.present = button("Present", "", () => act.present(), icon("present"));
    this.present.classList.add("em-present");
    this.room = button("Follow me", "Open a room: those who join it see what you do here.", () => {}, icon("room"));
    this.room.classList.add("em-follow");
    this.room.hidden = true; // until there is a server for it
    this.presented();
    const what = "For a class: switch parts of the page off, lock the model, set the pace, and copy the link of that.";
    this.class = button("For a class", what, () => act.arranging(), icon("class"));
    this.class.classList.add("em-arrange");
    this.arrangeable();
    const { reset, back, play, forward: step, half, linger: lingers, present } = this;
    const named = { reset, back, play, step, half, linger: lingers, present };
    for (const [key, node] of Object.entries(named)) node.dataset.part = key;
    const buttons = html("div", { class: "em-buttons" }, this.reset, this.back, this.play, this.forward, this.half),
      bar = { class: "em-bar", role: "group", "aria-label": "Player" };
    this.pace = html("div", { class: "em-pace" }, this.linger, this.speed, this.class, this.room, this.present);
    panel.append(html("div", bar, buttons, this.range, this.pace));
    this.keys = (event) => this.key(event);
    document.addEventListener("keydown", this.keys);
  }

  /** Bring the bar in line with the player. */
  show({ iteration, last, known, running, atStart, atEnd, linger }) {
    const label = running ? "Pause" : "Play";
    if (this.label !== label) {
      this.label = label;
      attribute(this.play, "aria-label", label);
      this.play.title = running ? "Stop here. (space)" : "Watch the fit, iteration by iteration. (space)";
      this.play.classList.toggle("em-running", running);
    }
    attribute(this.range, "max", Math.max(1, last));
    if (this.range.valueAsNumber !== iteration) this.range.value = iteration;
    attribute(this.range, "aria-valuetext", `Iteration ${iteration} of ${last}`);
    this.range.style.setProperty("--played", (iteration / Math.max(1, last)).toFixed(4));
    this.range.style.setProperty("--known", (Math.max(known, 0) / Math.max(1, last)).toFixed(4));
    this.reset.disabled = this.back.disabled = atStart;
    this.forward.disabled = this.half.disabled = atEnd;
    attribute(this.linger, "aria-pressed", linger);
  }

  /** The page is presented, or no longer. */
  presented() {
    const { presenting } = this.act;
    attribute(this.present, "aria-pressed", presenting);
    this.present.title = presenting
      ? "Back to the whole page. (p or Esc)"
      : "Present on a projector: big type on the whole screen, without settings. (p; Esc leaves)";
  }

  /** Whether Python has said which parts there are; a replay has no link to carry them. */
  arrangeable() {
    this.class.hidden = !allParts().length;
  }

  /** Another speed has been set elsewhere. */
  paced() {
    this.speed.value = String(this.act.speed);
  }

  /** The first use has happened. */
  used() {
    this.play.classList.remove("em-pulse");
  }

  key(event) {
    if (!this.act.active || event.defaultPrevented || (event.key !== "Escape" && !ours(event, this.range))) return;
    const { act } = this,
      keys = {
        Escape: () => act.release(),
        " ": () => act.toggle(),
        ArrowLeft: () => act.step(-1, event.shiftKey),
        ArrowRight: () => act.step(1, event.shiftKey),
        Home: () => act.jump(0),
        p: () => act.present(),
        End: () => act.jump(act.history?.last ?? 0),
      };
    if (!keys[event.key] || keys[event.key]() === false) return;
    event.preventDefault();
  }

  destroy() {
    document.removeEventListener("keydown", this.keys);
  }
}

const ROLES = ["slider", "textbox", "combobox", "listbox", "option", "menu", "menuitem", "tab", "grid", "dialog"];
const FIELDS = ["input", "textarea", "select", "[contenteditable='']", "[contenteditable=true]", ".em-board", ".em-hand-numbers"]; // they have keys of their own
const BUSY = [...FIELDS, ...ROLES.map((name) => `[role=${name}]`)].join();

const UNWRITTEN = ["range", "checkbox", "radio", "button", "submit"].map((type) => `[type=${type}]`).join();
const WRITTEN = `input:not(${UNWRITTEN}), textarea, [contenteditable=''], [contenteditable=true], [role=textbox], .em-board`;

const within = (event, selector) => Boolean((event.composedPath?.()[0] || event.target).closest?.(selector));

/** Whether a key press is meant for a field. */
export const fieldLike = (event) => within(event, BUSY);

/** Whether it is on the slider of the iterations, which has no letters of its own. */
export const scrubs = (event) => within(event, "[data-part=scrub]");

/** Whether it writes a text, or draws: what is undone is undone there. */
export const written = (event) => within(event, WRITTEN);

/** Whether a key press is meant for the player: not for a field, not for a button, not with a modifier. */
export function ours(event, range) {
  if (event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && !event.key.startsWith("Arrow")))
    return false;
  const target = event.composedPath?.()[0] || event.target;
  if (target === range) return true;
  if (target.closest?.(BUSY)) return false;
  return event.key !== " " || !target.closest?.("button, a, summary, [role=button]");
}
