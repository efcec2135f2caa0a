// A stage on the page: dressed for a run and a theme, and painted when there is something new to see.
import { loadPlotly } from "./drawing/plotly.js";
import { readTheme } from "./drawing/theme.js";
import { present, presenting, watchPresenting } from "./panels/presenting.js";
import { Returning } from "./time/returning.js";

/** @import { Timeline } from "./wire/types.d.ts" */

/**
 * A subclass has a stage (root, status, controls; dress, plotlyReady, destroy), and paints it: paint(now).
 * @template {Timeline} H
 * @extends {Returning<H>}
 */
export class Painting extends Returning {
  constructor(parent, Stage) {
    super();
    this.parent = parent;
    /** @type {number} */
    this.painted = null; // the position that was painted last
    /** @type {number} */
    this.picked = null;
    this.stale = false;
    this.loop = 0;
    this.offline = false;
    this.destroyed = false;
    /** @type {string} */
    this.plotly = null; // address of Plotly's script
    this.stage = new Stage(parent, this);
    this.root = this.stage.root;
    this.unwatch = watchPresenting(() => this.presented());
  }

  /** @param {number} now */
  paint(now) {}

  /** The playhead stands still where it was painted. */
  stands() {}

  get presenting() {
    return presenting();
  }

  /** Present the page on a projector, or leave that. */
  present(on = !this.presenting) {
    present(on);
  }

  /** The page is presented, or no longer: by this player, by a key or by the browser. */
  presented() {
    this.stage.controls.presented();
    if (this.history) this.dress();
  }

  /** Start anew with another history. */
  renew(history) {
    this.stay(history);
    Object.assign(this, { history, credit: 0, starved: false, wanted: null, error: "", painted: null, picked: null });
  }

  /** As long as the picture is not here, the one before stays. */
  dress() {
    if (this.history.fixed && !this.shows(this.at)) return;
    if (!this.stage.dress(this.history, readTheme(this.parent))) return;
    this.painted = null;
    this.repaint();
  }

  /** Load Plotly; the picture does not wait for it. */
  async axes(url) {
    if (this.plotly) return;
    this.plotly = url;
    try {
      const plotly = await loadPlotly(url);
      if (!this.destroyed) this.stage.plotlyReady(plotly);
    } catch (problem) {
      this.plotly = null;
      this.fail(problem.message);
    }
  }

  wake() {
    this.loop ||= requestAnimationFrame((now) => this.frame(now));
  }

  repaint() {
    this.stale = true;
    this.wake();
  }

  frame(now) {
    this.loop = 0;
    if (this.destroyed || !this.history?.fixed || !this.root.isConnected) return;
    this.tick(now);
    this.showState();
    if (this.shows(this.at) && (this.stale || this.painted !== this.at)) {
      if (this.stage.dressed !== this.history) this.dress();
      this.stale = false;
      this.painted = this.at;
      this.paint(now);
      if (!this.running && !this.preparing) this.stands();
    }
    if (this.playing || this.wanted !== null) this.ask();
    if (this.playing && (!this.starved || this.history.newest < 0)) this.wake();
    else this.before = undefined;
  }

  /** State on the root at once; the rest with the next frame. */
  mark() {
    this.showState();
    this.repaint();
  }

  showState() {
    const { state } = this;
    if (this.root.dataset.state !== state) this.root.dataset.state = state; // to write the same is a change, too
    this.stale = this.stage.status.hold(this.offline ? "" : this.working) || this.stale;
  }

  used() {
    super.used();
    this.stage.controls.used();
  }

  fail(message) {
    this.error = message;
    Object.assign(this, { playing: false, wanted: null, starved: false });
    this.stage.status.say(message, true);
    this.mark();
  }

  destroy() {
    this.destroyed = true;
    cancelAnimationFrame(this.loop);
    this.unwatch();
    this.stage.destroy();
    delete this.parent.emPlayer;
  }
}
