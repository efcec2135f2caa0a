// Where in time the player stands, and how playing, stepping and dragging move it.
import { advance, following, halfOf, INTRODUCTION, iterationOf, position, preceding, settle, USUAL_PACE } from "./pacing.js";

const LONGEST_FRAME = 0.25; // seconds

/** @import { Timeline } from "../wire/types.d.ts" */

/**
 * Time over a `history`: `at` is the position shown, `wanted` one that rows are awaited for, both in half-steps.
 * A subclass shows it: repaint(), mark() what state it is in, ask() for rows, used() at any use, told() when it comes
 * to rest. `introduce` is whether the first iterations are shown slowly.
 * @template {Timeline} H
 */
export class Playhead {
  constructor() {
    /** @type {H} */
    this.history = null;
    this.at = 0;
    this.credit = 0; // seconds that have passed towards the next position
    /** @type {number} */
    this.before = undefined; // when the frame before was
    this.playing = false;
    this.starved = false;
    /** @type {number} */
    this.wanted = null;
    ({ speed: this.speed, linger: this.linger } = USUAL_PACE);
    this.dragging = false;
    this.touched = false;
    this.slow = false;
    this.introduce = false;
    this.error = "";
    this.reduced = matchMedia("(prefers-reduced-motion: reduce)");
  }

  repaint() {}

  mark() {}

  ask() {}

  used() {}

  told() {}

  get settings() {
    const { speed, linger, introduce } = this;
    return { ...settle({ speed, linger, reduced: this.reduced.matches }), introduce };
  }

  /** Whether the picture keeps moving. */
  get busy() {
    return this.playing || this.dragging;
  }

  /** Whether the playhead stands at the last iteration that will ever be. */
  get atEnd() {
    return Boolean(this.history?.end) && iterationOf(this.at) >= this.history.end.iteration && halfOf(this.at) === "M";
  }

  /** Whether time goes on, or rows are awaited for it to go on to. */
  get running() {
    return this.playing || this.wanted !== null;
  }

  /** Whether the picture of a position is here. */
  shows(at) {
    return this.history.shows(at);
  }

  /** @returns {string} */
  get state() {
    if (this.playing || this.wanted !== null) return this.starved || this.wanted !== null ? "waiting" : "playing";
    return this.atEnd ? "finished" : "paused";
  }

  /** What the bar of controls shows. */
  get bar() {
    const { history, at, wanted, atEnd, linger } = this;
    return {
      iteration: iterationOf(wanted ?? at),
      last: history.last,
      known: history.newest,
      running: this.running,
      atStart: at === 0,
      atEnd,
      linger,
    };
  }

  /** Stand where a new run starts. */
  place(start) {
    this.at = position(start?.iteration ?? 0, start?.half ?? "M");
  }

  /** One frame of the clock. */
  tick(now) {
    const elapsed = Math.min(LONGEST_FRAME, (now - (this.before ?? now)) / 1000);
    this.before = now;
    if (this.wanted !== null) this.seek();
    if (this.playing && this.shows(this.at)) {
      Object.assign(this, advance(this, elapsed, this.history.rows, this.settings));
      if (this.at > INTRODUCTION || this.atEnd) this.introduced();
      if (this.atEnd) this.halt();
    } else this.starved = this.playing;
  }

  toggle() {
    this.running ? this.pause() : this.play();
  }

  play() {
    this.used();
    if (this.atEnd) this.at = 0;
    Object.assign(this, { playing: true, error: "", credit: 0, slow: false, before: undefined });
    this.mark();
  }

  pause() {
    this.halt();
    this.used();
    this.mark();
  }

  halt() {
    if (this.running) this.told();
    Object.assign(this, { playing: false, wanted: null, starved: false });
    this.repaint();
  }

  step(direction, half = false) {
    if (!this.history?.fixed) return;
    const from = this.wanted ?? this.at; // a step that still waits for its row counts
    this.halt();
    this.used();
    const then = (direction > 0 ? following : preceding)(from, half);
    Object.assign(this, { touched: direction > 0, slow: half });
    if (this.shows(then)) this.at = then;
    else if (!this.atEnd) this.wanted = then;
    this.moved();
  }

  jump(iteration) {
    this.scrub(iteration, true);
  }

  /** To an iteration, which may not be known yet; `ended` when the hand lets go. */
  scrub(iteration, ended) {
    if (!this.history?.fixed) return;
    if (this.playing) this.halt();
    this.used();
    this.dragging = !ended;
    const goal = Math.max(0, Math.min(iteration, this.history.last));
    this.wanted = position(goal, "M");
    this.approach();
    Object.assign(this, { touched: true, slow: false });
    this.moved();
  }

  moved() {
    if (!this.dragging) this.told();
    this.ask();
    this.mark();
  }

  /** Follow arriving rows towards an iteration that was asked for. */
  seek() {
    if (!this.approach()) return;
    this.told();
    this.repaint();
  }

  /** Go as near to the wanted position as there are rows on the way; gives whether it is reached. */
  approach() {
    const { newest, last } = this.history;
    const goal = Math.min(this.wanted, position(last, "M"));
    const there = this.shows(goal);
    const near = position(newest, "M");
    if (there) Object.assign(this, { at: goal, wanted: null });
    else if (goal > near && this.shows(near)) this.at = near;
    return there;
  }

  /** The first iterations have been shown slowly, or a person has chosen another pace. */
  introduced() {
    this.introduce = false;
  }

  setSpeed(speed) {
    this.introduced();
    this.speed = speed;
    this.used();
    this.repaint();
  }

  setLinger(on) {
    this.introduced();
    this.linger = on;
    this.used();
    this.repaint();
  }
}
