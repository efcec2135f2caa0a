// How far a job is, what is left of it, and what can be done about that.
import { html, write } from "../drawing/dom.js";

/** @import { Told } from "./types.d.ts" */

/** Seconds in words that promise no more than is known. */
export function lasting(seconds) {
  if (seconds === null || seconds === undefined) return "";
  if (seconds < 1.5) return "a second";
  if (seconds < 90) return `${seconds < 10 ? Math.round(seconds) : 5 * Math.round(seconds / 5)} seconds`;
  const minutes = seconds / 60;
  return minutes < 90 ? `${Math.round(minutes)} minutes` : `${Math.round(minutes / 60)} hours`;
}

/**
 * What is said of a job.
 * @param {Told} told
 */
export function saying({ state, done, total, left, problem }) {
  const fits = `${done.toLocaleString("en")} of ${total.toLocaleString("en")}`;
  const about = lasting(left);
  switch (state) {
    case "measuring":
      return "Beginning …";
    case "running":
      return `${fits} done${about ? `, about ${about} left` : ""}.`;
    case "asks":
      if (!about) return "This takes long here: the first one is not done after a second, so how long is not known yet.";
      return `All of this takes about ${about} here, as measured on the first ${done.toLocaleString("en")}.`;
    case "cancelled":
      return `Stopped at ${fits}; what is done is kept.${problem ? ` ${problem}` : ""}`;
    case "done":
      return "";
    default:
      return problem ?? "";
  }
}

const TESTED = "Is one component more needed? Both mixtures are fitted to 99 samples drawn from the smaller one: how many gain as much by one more as the data do (McLachlan, 1987)";

/**
 * The buttons that a job offers: order, label, whether it is the first choice, and what is said of it.
 * @param {Told} told
 * @returns {[string, string, boolean, string?][]}
 */
export function offers({ state, left, smaller, more, test }) {
  if (state === "measuring" || state === "running") return [["cancel", "Stop", false]];
  if (state === "asks") {
    const all = left === null ? "Run all of it" : `Run all of it: about ${lasting(left)}`;
    if (smaller === null) return [["go", all, true], ["cancel", "Leave it", false]];
    return [["smaller", `Fewer starts: about ${lasting(smaller)}`, true], ["go", all, false], ["cancel", "Leave it", false]];
  }
  const where = more?.cells > 1 ? ` in ${more.cells} settings` : "";
  return [
    ...(test ? [/** @type {[string, string, boolean, string]} */ (["test", `Test ${test.components} against ${test.components + 1} components`, false, TESTED])] : []),
    ...(more ? [/** @type {[string, string, boolean]} */ (["more", `The best was found once${where}: run ${more.starts} starts`, true])] : []),
  ];
}

export class Progress {
  /** @param {(order: string) => void} order */
  constructor(order) {
    this.order = order;
    this.bar = html("progress", { max: 1, value: 0, "aria-label": "Progress" });
    this.words = html("span", { role: "status" });
    this.buttons = html("span", { class: "em-tune-offers" });
    this.root = html("div", { class: "em-tune-progress" }, this.bar, this.words, this.buttons);
    this.root.hidden = true;
  }

  /** @param {Told} told */
  show(told) {
    const active = ["measuring", "running", "asks"].includes(told.state);
    this.bar.hidden = !active;
    this.bar.value = told.total ? told.done / told.total : 0;
    write(this.words, saying(told));
    const wanted = offers(told);
    const key = JSON.stringify(wanted);
    if (key !== this.key) {
      this.key = key;
      const button = ([name, label, first, title = ""]) =>
        html("button", { type: "button", class: first ? "em-first" : "", "data-order": name, title, onclick: () => this.press(name) }, label);
      this.buttons.replaceChildren(...wanted.map(button));
    }
    this.words.hidden = !this.words.textContent;
    this.root.hidden = this.words.hidden && !wanted.length;
    this.root.dataset.state = told.state;
  }

  /** What is pressed is said at once, and done when the server has heard. */
  press(name) {
    for (const button of this.buttons.querySelectorAll("button")) button.disabled = true;
    this.key = "";
    if (name === "cancel") write(this.words, "Stopping …");
    this.order(name);
  }

  fail(problem) {
    this.root.hidden = this.words.hidden = false;
    write(this.words, problem);
    for (const button of this.buttons.querySelectorAll("button")) button.disabled = false;
  }
}
