// Two to four runs on the same data under one playhead: one history made of one history a lane. Pure.
import { drawn, halfOf, iterationOf, position } from "../time/pacing.js";
import { History, idOf } from "./history.js";

/** @import { Model, Timeline } from "./types.d.ts" */

/** One model: its name, the sentence it failed with, and its run's history, null when it has none. */
class Lane {
  constructor({ run }, before) {
    /** @type {History} */
    this.history = run ? before.find((lane) => lane.history?.run === run)?.history || new History(run) : null;
    this.letter = "";
    this.title = "";
    this.name = "";
    this.error = "";
  }

  /**
   * Take what is new about this model; gives the number of new rows and whether anything else has changed.
   * @param {Model} model
   */
  take({ letter, title, name, error = "", fixed, rows, end }) {
    const { history } = this;
    const failed = error !== this.error;
    this.letter = letter;
    this.title = title;
    this.name = name;
    this.error = error;
    if (!history) return { rows: 0, answer: failed };
    const dressed = Boolean(fixed && !history.fixed);
    if (dressed) history.fixed = fixed;
    const closed = history.close(end ?? history.end); // within one run an end stays
    return { rows: history.take(rows), answer: closed || failed || dressed };
  }

  /** Whether it has rows, or may still get some. */
  get living() {
    return Boolean(this.history) && !(this.error && this.history.newest < 0);
  }

  /** The last iteration there will be, null while that is not known. */
  get end() {
    return this.error ? this.history.newest : (this.history.end?.iteration ?? null);
  }

  /** Whether every row there will be is here. */
  get complete() {
    return this.end !== null && this.history.newest >= this.end;
  }

  /** Whether it has nothing more to say about iteration t. */
  settled(t) {
    return t < this.history.rows.length || (this.complete && t > this.end);
  }
}

/** What a playhead needs to know of a history. Row t is here once every lane has it or has ended before. */
export class Lanes {
  /**
   * @param {string} run
   * @param {Model[]} models
   * @param {Lanes} before
   */
  constructor(run, models, before = null) {
    this.run = run;
    this.all = models.map((model) => new Lane(model, before?.all || []));
    /** @type {Timeline["rows"]} */
    this.rows = [];
  }

  get id() {
    return idOf(this.run);
  }

  /** Take what Python sent; gives the number of new rows of all lanes, and whether anything else is new. */
  take(models) {
    const news = models.map((model, i) => this.all[i].take(model));
    this.gather();
    return {
      rows: news.reduce((sum, { rows }) => sum + rows, 0),
      answer: news.some(({ rows, answer }) => rows > 0 || answer),
    };
  }

  gather() {
    const { rows, living } = this;
    const known = (t) => living.some((lane) => t < lane.history.rows.length) && living.every((lane) => lane.settled(t));
    for (let t = 0; known(t); t++) {
      if (drawn(rows[t])) continue;
      const own = living.flatMap((lane) => lane.history.rows[t] ?? []);
      rows[t] = { iteration: t, change: Math.max(...own.map((row) => row.change)), sketch: own.some((row) => row.sketch) };
    }
  }

  get living() {
    return this.all.filter((lane) => lane.living);
  }

  /** The static part of the first lane, for what all lanes share; null until every lane has its own. */
  get fixed() {
    const { living } = this;
    return living.every((lane) => lane.history.fixed) ? (living[0]?.history.fixed ?? null) : null;
  }

  get newest() {
    return this.rows.length - 1;
  }

  /** How many rows of all lanes are sketches. */
  get sketches() {
    return this.living.reduce((sum, lane) => sum + lane.history.sketches, 0);
  }

  /** Index of the first row at or after an iteration that some lane cannot show yet; a lane that has ended stays there. */
  missing(iteration) {
    const first = (lane) => lane.history.missing(Math.min(iteration, lane.end ?? iteration));
    const behind = this.living
      .filter((lane) => first(lane) < lane.history.rows.length || !lane.complete)
      .map(first);
    return behind.length ? Math.min(...behind) : this.rows.length;
  }

  /** Whether the pictures of all lanes can be shown. */
  shows(at, sync) {
    return (
      iterationOf(at) < this.rows.length &&
      this.living.every((lane) => lane.history.shows(this.placeOf(lane, at, sync)))
    );
  }

  /** Whether nothing is missing any more. */
  get complete() {
    return this.living.every((lane) => lane.history.fixed && lane.complete);
  }

  /** The last iteration of the longest run, once all have ended. */
  get end() {
    const { living } = this;
    if (!living.length || living.some((lane) => lane.end === null)) return null;
    return { iteration: Math.max(...living.map((lane) => lane.end)), reason: "all models have ended" };
  }

  /** Last iteration that the slider reaches. */
  get last() {
    const reach = ({ end, history }) => end ?? Math.max(history.newest, history.fixed?.maxIter || 0);
    return Math.max(0, ...this.living.map(reach));
  }

  /**
   * The position of one lane when the playhead stands at `at`: the same iteration, or the same share of its way to
   * convergence. A lane that has ended stays there.
   * @param {Lane} lane
   * @param {number} at
   * @param {string} sync
   */
  placeOf(lane, at, sync) {
    const t = iterationOf(at);
    if (sync === "convergence" && this.end) {
      const share = (i) => Math.round((i * lane.end) / Math.max(1, this.last));
      return position(share(t), share(t) === share(t - 1) ? "M" : halfOf(at));
    }
    return lane.end !== null && t > lane.end ? position(lane.end, "M") : at;
  }

  /**
   * A scene for each lane, null for one without rows.
   * @param {number} at
   * @param {string} sync
   * @param {{ picked?: number }} looked
   */
  scenes(at, sync, looked = {}) {
    return this.all.map((lane) => {
      if (!lane.living || lane.history.newest < 0) return null;
      return lane.history.scene(this.placeOf(lane, at, sync), looked);
    });
  }

  /** Whether a lane shown at a scene stands at its end. */
  ended(lane, scene) {
    return Boolean(scene) && lane.end !== null && scene.iteration >= lane.end && scene.half === "M";
  }
}
