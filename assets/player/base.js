// What every player shares: browser time over Python's rows, a stage to show them on, and talk with the page.
import { chosenIterations, drawFrames } from "./animation.js";
import { forget, keep, stranger, tell } from "./comeback.js";
import { OFFLINE, watchConnection } from "./connection.js";
import { halfOf, iterationOf, runsLow } from "./pacing.js";
import { Playhead } from "./playhead.js";
import { loadPlotly, save, Talk } from "./talk.js";
import { readTheme } from "./theme.js";

const PATIENCE = 60_000; // milliseconds until the page begins anew, when nothing comes back
const AGAIN = 10_000; // milliseconds until Python is told again what was here: a word may be lost while a page is made
const OUTSIDE = ["pointerdown", "click", "keydown", "focusin"];
const saved = new Set(); // files already handed over, also across remounts
const left = new Map(); // where each run stood when a link was pressed
const players = []; // on this page, the one last used first: it alone answers to the keys

/**
 * A subclass has a stage (root, status, controls; dress, plotlyReady, destroy), begins a new run, takes what Python
 * sent about it and paints it: begin(data), take(data), paint(now), release().
 */
export class BasePlayer extends Playhead {
  constructor(parent, Stage) {
    super();
    Object.assign(this, { parent, error: "", painted: null, picked: null });
    this.talk = new Talk(() => this.look());
    this.talk.again = () => {
      this.ask();
      this.wake();
    };
    this.stage = new Stage(parent, this);
    this.root = this.stage.root;
    players.push(this);
    this.listen();
  }

  listen() {
    const claim = () => players.unshift(...players.splice(players.indexOf(this), 1));
    for (const name of ["pointerdown", "focusin"]) this.root.addEventListener(name, claim, true);
    this.outside = (event) => {
      if (this.root.contains(event.target) || event.defaultPrevented) return;
      if (event.target.closest?.("a[href]:not([download])")) this.leave();
      else if (this.playing && event.type !== "click") this.talk.touched();
    };
    for (const name of OUTSIDE) document.addEventListener(name, this.outside);
    this.clock = setInterval(() => this.check(), 1000);
    this.unwatch = watchConnection(this.parent, (there) => this.connected(there));
  }

  /** The connection to the server is lost or back; after a while away the server may have forgotten this page. */
  connected(there) {
    this.offline = this.talk.offline = !there;
    this.talk.unanswered();
    if (there) {
      tell();
      this.talk.hush(); // first the page is made anew
    }
    this.mark();
  }

  /** What is wrong now, for the line of words. */
  get trouble() {
    return this.error || (this.offline ? OFFLINE : "");
  }

  /** Another page may come: nothing can be told now, so the place is kept here. */
  leave() {
    if (this.history) left.set(this.history.run, this.at);
    this.talk.hush();
  }

  /** Stand where this run was left for another page, or where Python says. */
  stand(start) {
    const { run } = this.history;
    this.place(start);
    if (left.has(run)) {
      this.at = left.get(run);
      this.told();
    }
    left.delete(run);
    if (!this.returning) return;
    const { at, playing } = this.returning; // the rows come again from the start
    Object.assign(this, { at: 0, wanted: at || null, playing: playing && !at, onwards: playing });
  }

  /** Once it is back where it was, it goes on as it was. */
  seek() {
    super.seek();
    if (this.wanted !== null || !this.onwards) return;
    Object.assign(this, { onwards: false, playing: !this.atEnd });
  }

  /** Whether the keys of the page are this player's. */
  get active() {
    return players[0] === this;
  }

  /** Once a second: has the theme changed, has the page taken the player away? */
  check() {
    this.lost = this.root.isConnected ? 0 : (this.lost || 0) + 1;
    if (this.lost > 2) this.destroy();
    else if (!this.lost && this.history) this.dress();
  }

  look() {
    const { history } = this;
    return {
      run: history.run,
      from: history.missing,
      have: Boolean(history.fixed),
      shown: { iteration: iterationOf(this.at), half: halfOf(this.at) },
      playing: this.playing,
    };
  }

  /** Take what Python sent; the same payload twice changes nothing. */
  update({ data, setTriggerValue }) {
    if (setTriggerValue) this.talk.send = setTriggerValue;
    if (!data) return;
    if (data.script_runs !== undefined) this.root.dataset.scriptRuns = data.script_runs;
    if (data.plotly) this.axes(data.plotly);
    this.wait?.();
    if (stranger(data)) {
      this.wait = this.remind(data);
      return;
    }
    this.returning = keep(data) && { at: this.wanted ?? this.at, playing: this.playing };
    if (this.returning) this.talk.speak();
    if (!data.run) {
      if (data.error) this.fail(data.error);
      return;
    }
    const fresh = data.run !== this.history?.run;
    if (fresh) this.begin(data);
    const { rows, answer, more } = this.take(data);
    if (data.error && (data.error !== this.error || this.talk.asked)) this.fail(data.error);
    const news = fresh || answer;
    if (news || data.error || data.file) this.talk.answered();
    if (data.file) this.keep(data.file);
    if (rows) this.error = data.error || "";
    this.dress();
    if (news || more) this.repaint();
    this.ask();
    this.wake();
  }

  /** Tell Python what was here until it answers, or begin anew; gives a function that stops that. */
  remind(data) {
    tell();
    const again = setInterval(tell, AGAIN);
    const anew = setTimeout(() => {
      forget();
      this.update({ data });
    }, PATIENCE);
    return () => {
      clearInterval(again);
      clearTimeout(anew);
    };
  }

  /** Start anew with an empty history. */
  renew(history) {
    Object.assign(this, { history, credit: 0, starved: false, wanted: null, error: "", painted: null, picked: null });
  }

  /** Save a file that Python made, once. */
  keep({ id, name, text, mime }) {
    const key = `${this.history.run}/${id}`;
    if (!saved.has(key)) save(name, text, mime);
    saved.add(key);
  }

  dress() {
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
    if (this.destroyed || !this.history?.fixed) return;
    const { rows, newest } = this.history;
    this.tick(now);
    if (rows[iterationOf(this.at)] && (this.stale || this.painted !== this.at)) {
      Object.assign(this, { stale: false, painted: this.at });
      this.paint(now);
    }
    this.root.dataset.state = this.state;
    if (this.playing || this.wanted !== null) this.ask();
    if (this.playing && (!this.starved || newest < 0)) this.wake();
    else this.before = undefined;
  }

  /** Ask for rows: always when the shown one is missing, and ahead of time while time goes on. */
  ask() {
    const { history } = this;
    if (!history || (this.error && !this.playing)) return;
    const missing = !history.fixed || !history.rows[iterationOf(this.at)];
    if (!missing && history.end && history.newest >= history.end.iteration) return;
    const onwards = this.playing || this.wanted !== null || this.touched;
    const low = () =>
      (this.wanted !== null && iterationOf(this.wanted) > history.newest) ||
      runsLow(this.at, history.rows, this.settings);
    if (missing || (onwards && low())) this.talk.need();
  }

  /** State on the root at once; the rest with the next frame. */
  mark() {
    this.root.dataset.state = this.state;
    this.repaint();
  }

  used() {
    this.onwards = false;
    this.stage.controls.used();
  }

  told() {
    this.talk.shown();
  }

  fail(message) {
    this.error = message;
    Object.assign(this, { playing: false, wanted: null, starved: false });
    this.stage.status.say(message, true);
    this.mark();
  }

  /** Have Python make a file. The place is told first, as the next setting forks there; told later it would stop the file. */
  order(kind, more) {
    if (this.offline) return;
    this.talk.shown(true);
    this.talk.export(kind, more);
  }

  /** Save a picture as it stands. */
  async photograph(picture, iteration) {
    const title = (picture.fixed.title || "mixture").replace(/[^\p{L}\p{N}]+/gu, "_").toLowerCase();
    try {
      await loadPlotly(this.plotly);
      save(`${title}_iteration_${iteration}.png`, await picture.toImage(), "image/png");
    } catch (problem) {
      this.fail(`The picture could not be made: ${problem.message}`);
    }
  }

  /** Frames of a picture from the start to the shown iteration, or to the newest one when it stands at the start. */
  async filmed(picture, history, iteration) {
    try {
      await loadPlotly(this.plotly); // it may still be on its way
      const last = Math.min(iteration || history.newest, history.newest);
      return { frames: await drawFrames(picture, history, chosenIterations(history.rows, last)) };
    } catch (problem) {
      this.fail(`The animation could not be made: ${problem.message}`);
      return null;
    }
  }

  destroy() {
    this.destroyed = true;
    cancelAnimationFrame(this.loop);
    clearInterval(this.clock);
    this.wait?.();
    this.unwatch();
    players.splice(players.indexOf(this), 1);
    for (const name of OUTSIDE) document.removeEventListener(name, this.outside);
    this.talk.destroy();
    this.stage.destroy();
    delete this.parent.emPlayer;
  }
}

/**
 * The entry of a kind of player, for Streamlit's components and for a plain page alike: called again with the same
 * `parentElement` whenever data or theme change. It gives a clean-up function, which does nothing while the element is
 * still on the page.
 */
export const mounting = (Player) => (component) => {
  const { parentElement: parent } = component;
  parent.emPlayer ||= new Player(parent);
  parent.emPlayer.update(component);
  return () => {
    if (!parent.isConnected) parent.emPlayer?.destroy();
  };
};
