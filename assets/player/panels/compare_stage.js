// What stands on the screen of a comparison: a cell a model, the difference, the curves, the bar and the tabs.
import { firstAxes, grown } from "../drawing/axes.js";
import { attribute, html, write } from "../drawing/dom.js";
import { readRow } from "../maths/signed.js";
import { decimals } from "../maths/text.js";
import { halfOf, iterationOf, showsHalves } from "../time/pacing.js";
import { CompareCurve } from "./compare_curve.js";
import { CompareTabs } from "./compare_tabs.js";
import { Controls } from "./controls.js";
import { Difference } from "./difference.js";
import { panel, part, root, wear } from "./frame.js";
import { Link, LinkedPicture } from "./linked_picture.js";
import { titleOf } from "./presenting.js";
import { CAPTIONS, sentenceOf, sentencesOf, Status } from "./status.js";

const LATER = "Once all models have ended, they can also go to their ends in step.";
const LOCKSTEP = "By iteration: all show the same iteration. By convergence: all reach their ends together.";

/**
 * @typedef {import("../wire/history.js").Scene} Scene
 * @typedef {import("../wire/lanes.js").Lanes} Lanes
 */

/** The cell of one model. */
class Cell {
  constructor(letter, act, link) {
    this.letter = html("span", { class: "em-letter" }, letter);
    this.title = html("span", { class: "em-model" });
    this.figures = html("span", { class: "em-figures" });
    this.absent = html("p", { class: "em-absent", hidden: true });
    const head = html("h3", { "aria-level": 2 }, this.letter, this.title, this.figures);
    const own = { class: `em-panel em-lane em-lane-${letter}`, "data-testid": `em-lane-${letter}` };
    this.root = html("div", own, head);
    this.picture = new LinkedPicture(this.root, act, link);
    this.picture.frame.append(this.absent);
  }

  /** @param {Lanes["all"][number]} lane */
  name({ title, name, error }) {
    write(this.title, title);
    if (this.title.title !== name) this.title.title = name;
    this.absent.hidden = !error;
    write(this.absent, error);
  }

  /**
   * @param {Scene} scene
   * @param {Lanes["all"][number]} lane
   * @param {boolean} ended
   */
  show(scene, lane, ended) {
    const state = lane.error ? "failed" : ended ? "ended" : "playing";
    const { iteration = "", half = "" } = scene || {};
    const place = scene && (ended ? `${iteration} · ${state}` : `iteration ${iteration}`);
    write(this.figures, scene ? `${place} · ${decimals(scene.shape.logLikelihood)}` : lane.error ? "failed" : "");
    for (const [name, value] of Object.entries({ iteration, half, state })) attribute(this.root, `data-${name}`, value);
    this.root.classList.toggle("em-blank", !scene);
  }
}

export class CompareStage {
  /** `act` is the player. */
  constructor(parent, act) {
    this.act = act;
    /** @type {string} */
    this.theme = null; // the key of what it is dressed in
    this.ready = false; // whether all that it needs was there
    const [bar, status, numbers] = ["controls", "status", "numbers"].map(part);
    this.root = root(bar, status, numbers);
    this.root.classList.add("em-compare");
    this.body = this.root.querySelector(".em-body");
    this.root.setAttribute("aria-label", "Player of several mixture models' fits");
    parent.replaceChildren(this.root);
    this.controls = new Controls(bar, act);
    const names = ["iteration", "convergence"].map((by) => html("option", { value: by }, `by ${by}`));
    const choose = () => act.setSync(this.sync.value);
    this.sync = html("select", { "aria-label": "Lockstep", "data-part": "lockstep", class: "em-lockstep", onchange: choose }, ...names);
    this.controls.pace.prepend(this.sync);
    this.status = new Status(status);
    this.tabs = new CompareTabs(numbers, act);
    this.strip = this.tabs.tabs;
    this.cells = [];
  }

  /**
   * Room for these models.
   * @param {Lanes} lanes
   */
  lay(lanes) {
    const letters = lanes.all.map(({ letter }) => letter);
    if (letters.join() !== this.letters?.join()) this.build(letters);
    lanes.all.forEach((lane, i) => {
      this.cells[i].name(lane);
      if (!lane.living) this.cells[i].show(null, lane, false);
    });
    write(this.root.querySelector(".em-title"), titleOf(lanes.all));
    const none = !lanes.living.length; // no half-step will ever be painted
    this.curve.frame.parentElement.classList.toggle("em-blank", none);
    if (!none) return;
    const nothing = lanes.all.map(() => null);
    this.difference.compare(nothing, {});
    this.root.dataset.run = lanes.run;
  }

  build(letters) {
    this.clear();
    this.letters = letters;
    this.link = new Link();
    this.cells = letters.map((letter) => new Cell(letter, this.act, this.link));
    const [difference, curve] = [panel("difference", "Difference"), panel("curve", "Log-likelihood")];
    this.difference = new Difference(difference, this.act, this.link, letters);
    this.curve = new CompareCurve(curve, (iteration) => this.act.jump(iteration));
    if (window.Plotly) this.curve.plotlyReady(window.Plotly);
    this.note = curve.querySelector("small");
    this.body.prepend(...this.cells.map((cell) => cell.root), difference, curve);
    for (const n of [2, 3, 4]) this.root.classList.toggle(`em-lanes-${n}`, n === letters.length);
    this.dressed = null;
  }

  /**
   * Colours and figures, when a run or the theme is new; gives whether anything changed.
   * @param {Lanes} lanes
   * @param {import("../drawing/theme.js").Theme} theme
   */
  dress(lanes, theme) {
    const ready = Boolean(lanes.fixed && lanes.rows.length);
    if (this.dressed === lanes && this.theme === theme.key && this.ready === ready) return false;
    Object.assign(this, { dressed: lanes, theme: theme.key, ready });
    wear(this.root, theme);
    if (!ready) return false;
    const { fixed } = lanes;
    lanes.all.forEach(
      (lane, i) => lane.living && this.cells[i].picture.dress(lane.history.fixed, theme, window.Plotly),
    );
    this.difference.dress(fixed, theme, window.Plotly);
    this.curve.dress(lanes, theme);
    const held = lanes.living.some((lane) => lane.history.rows[0].heldOut != null);
    const words = [fixed.logLikelihoodNote, held && "thin lines: held-out rows"].filter(Boolean).join("; ");
    this.note.textContent = this.note.title = words;
    this.axes = firstAxes(fixed);
    const told = lanes.living.map(({ letter, history }) => `${letter}: ${history.fixed.told}`);
    write(this.root.querySelector(".em-told"), told.join("\n"));
    return true;
  }

  /** The pictures that one can point into. */
  get pictures() {
    return this.cells.map(({ picture }) => picture).filter(({ fixed }) => fixed);
  }

  plotlyReady(plotly) {
    for (const part of [this.curve, ...(this.link?.pictures ?? [])]) part?.plotlyReady(plotly);
  }

  /**
   * Paint one half-step everywhere at once.
   * @param {Lanes} lanes
   * @param {Scene[]} scenes
   */
  paint(lanes, scenes, { at, now, running, bar, settings, slow, error, picked, synced }) {
    this.axes = scenes.reduce(
      (axes, scene, i) => (scene ? grown(axes, scene, lanes.all[i].history.fixed) : axes),
      this.axes,
    );
    for (const picture of this.link.pictures) if (picture.fixed) picture.widen(this.axes);
    // first what measures the page, then what changes its words, so that it is laid out once
    scenes.forEach((scene, i) => scene && this.cells[i].picture.show(scene));
    this.difference.compare(scenes, { picked, running: running || this.act.dragging, now });
    lanes.all.forEach((lane, i) => this.cells[i].show(scenes[i], lane, lanes.ended(lane, scenes[i])));
    this.curve.follow(scenes, at, now);
    this.controls.show(bar);
    this.lockstep(synced, Boolean(lanes.end));
    const iteration = iterationOf(at);
    const half = halfOf(at);
    const caption = slow || (running && showsHalves(settings));
    const events = scenes.flatMap((scene, i) => {
      if (scene?.iteration !== iteration) return [];
      return sentencesOf(scene.row).map((event) => `${this.letters[i]}: ${event}`);
    });
    const parts = [
      `Iteration ${iteration}`,
      iteration ? (caption ? CAPTIONS[half] : `${half}-step`) : "start",
      ...events,
      ...(bar.atEnd ? [lanes.end.reason] : []),
    ];
    this.sentence = { text: sentenceOf(parts), error, running };
    this.read(lanes, scenes, picked);
    Object.assign(this.root.dataset, { run: lanes.run, iteration, half });
  }

  lockstep(synced, possible) {
    this.sync.disabled = !possible;
    attribute(this.sync, "title", possible ? LOCKSTEP : LATER);
    const value = possible ? synced : "iteration";
    if (this.sync.value !== value) this.sync.value = value;
  }

  /** A point is looked at in all pictures, or none. */
  point(lanes, scenes, picked) {
    for (const picture of this.link.pictures) picture.circle(picked);
    this.read(lanes, scenes, picked);
  }

  /**
   * The line below the bar: about the point that is looked at, or where the player stands.
   * @param {Lanes} lanes
   * @param {Scene[]} scenes
   * @param {number} picked
   */
  read(lanes, scenes, picked) {
    const { text, error, running } = this.sentence;
    const models = scenes.flatMap((scene, i) => (scene ? [{ letter: this.letters[i], scene }] : []));
    const name = picked === null ? "" : (lanes.fixed.points.id?.[picked] ?? picked + 1);
    this.status.tell(picked === null ? text : readRow(name, picked, models), { error, running });
  }

  clear() {
    this.link?.destroy();
    this.curve?.destroy();
    this.body.querySelectorAll(":scope > .em-panel").forEach((panel) => panel.remove());
  }

  destroy() {
    this.clear();
    this.controls.destroy();
    this.root.remove();
  }
}
