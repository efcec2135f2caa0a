// The player: browser time over Python's rows. See `mount` for the contract with the page.
// Modules that others import are named here too, so that the browser fetches all of them at once.
import "./axes.js";
import "./columns.js";
import "./controls.js";
import "./curve.js";
import "./dom.js";
import "./field.js";
import "./grids.js";
import "./maths.js";
import "./network.js";
import "./numbers.js";
import "./paint.js";
import "./paths.js";
import "./picture.js";
import "./pictures.js";
import "./sprites.js";
import "./status.js";
import "./still.js";
import "./style.js";
import { decodeStatic, History } from "./history.js";
import { halfOf, iterationOf, runsLow } from "./pacing.js";
import { Playhead } from "./playhead.js";
import { Stage } from "./stage.js";
import { loadPlotly, save, Talk } from "./talk.js";
import { readTheme } from "./theme.js";

const OUTSIDE = ["pointerdown", "keydown", "focusin"];
const saved = new Set(); // files already handed over, also across remounts
const players = []; // on this page, the one last used first: it alone answers to the keys

class Player extends Playhead {
  constructor(parent) {
    super();
    Object.assign(this, { parent, error: "", painted: null, picked: null, wondered: "" });
    this.talk = new Talk(() => this.look());
    this.talk.again = () => this.wake();
    this.stage = new Stage(parent, this);
    this.root = this.stage.root;
    players.push(this);
    this.listen();
  }

  listen() {
    const claim = () => players.unshift(...players.splice(players.indexOf(this), 1));
    for (const name of ["pointerdown", "focusin"]) this.root.addEventListener(name, claim, true);
    this.outside = (event) => {
      if (this.playing && !this.root.contains(event.target) && !event.defaultPrevented) this.talk.touched();
    };
    for (const name of OUTSIDE) document.addEventListener(name, this.outside);
    this.clock = setInterval(() => this.check(), 1000);
  }

  /** Whether the keys of the page are this player's. */
  get active() {
    return players[0] === this;
  }

  /** Once a second: has the theme changed, has the page taken the player away? */
  check() {
    this.lost = this.root.isConnected ? 0 : (this.lost || 0) + 1;
    if (this.lost > 2) this.destroy();
    else if (!this.lost && this.history?.fixed) this.dress();
  }

  look() {
    const { history } = this;
    return {
      run: history.run,
      from: history.rows.length,
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
    if (!data.run) {
      if (data.error) this.fail(data.error);
      return;
    }
    const fresh = data.run !== this.history?.run;
    if (fresh) this.begin(data);
    const { history } = this;
    const taken = history.take(data.rows);
    const ended = JSON.stringify(data.end ?? null) !== JSON.stringify(history.end);
    history.end = data.end ?? null;
    const detailed = history.learn(data.detail);
    const dressed = data.static && !history.fixed;
    if (dressed) this.receive(data.static);
    if (data.error && (data.error !== this.error || this.talk.asked)) this.fail(data.error);
    const news = fresh || taken || ended || dressed;
    if (news || data.error) this.talk.answered();
    if (data.file) this.keep(data.file);
    if (taken) this.error = data.error || "";
    if (history.fixed) this.dress();
    if (history.fixed && (news || detailed)) this.repaint();
    this.ask();
    this.wake();
  }

  /** A new run id: a history of its own, sharing the rows of a parent that is still here. */
  begin(data) {
    const before = this.history;
    const history = (this.history = new History(data.run));
    const parent = data.static?.parent;
    if (parent && before?.run === parent.run) history.inherit(before, parent.upto);
    Object.assign(this, { credit: 0, starved: false, wanted: null, error: "", painted: null, picked: null });
  }

  receive(fixed) {
    this.history.fixed = decodeStatic(fixed);
    this.place(fixed.start);
    this.stage.name(fixed.title, fixed.log_likelihood_note);
  }

  /** Save a file that Python made, once. */
  keep({ id, name, text, mime }) {
    const key = `${this.history.run}/${id}`;
    if (!saved.has(key)) save(name, text, mime);
    saved.add(key);
  }

  dress() {
    if (!this.history.rows.length || !this.stage.dress(this.history, readTheme(this.parent))) return;
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
    if (rows[iterationOf(this.at)] && (this.stale || this.painted !== this.at)) this.paint(now);
    this.root.dataset.state = this.state;
    if (this.playing || this.wanted !== null) this.ask();
    if (this.playing && (!this.starved || newest < 0)) this.wake();
    else this.before = undefined;
  }

  paint(now) {
    const { history, at, playing: running, wanted, atEnd, linger, settings, slow, error } = this;
    const scene = history.scene(at, { focus: this.stage.network.focus, picked: this.picked });
    Object.assign(this, { stale: false, painted: at });
    this.stage.paint(scene, history, { at, now, running, wanted, atEnd, linger, settings, slow, error });
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
    this.stage.controls.used();
  }

  told() {
    this.talk.shown();
  }

  /** A node or an edge of the network is looked at. */
  focused() {
    if (this.stage.network.focus) this.wonder();
    this.repaint();
  }

  /** A point is looked at, or none. */
  pick(point) {
    if (this.playing || !(this.history.fixed?.network.paths || this.history.detailAt(this.at))) return;
    this.picked = point;
    if (point !== null) this.wonder();
    this.repaint();
  }

  /** Python sends what a network explains where the player comes to rest; elsewhere it is asked for, once. */
  wonder() {
    const { history, at, playing } = this;
    const key = `${history.run} ${at}`;
    if (playing || at === 0 || !history.fixed.network.paths || history.detailAt(at) || this.wondered === key) return;
    this.wondered = key;
    this.talk.shown(true);
  }

  /** Let go of what is picked or pinned; gives whether there was anything. */
  release() {
    const { network } = this.stage;
    const held = this.picked !== null || network.focus !== null;
    this.picked = null;
    network.pin(null);
    return held;
  }

  fail(message) {
    this.error = message;
    Object.assign(this, { playing: false, wanted: null, starved: false });
    this.stage.status.say(message, true);
    this.mark();
  }

  async export(kind) {
    this.pause();
    if (kind !== "picture") return this.talk.export(kind);
    const title = (this.history.fixed.title || "mixture").replace(/[^\w]+/g, "-").toLowerCase();
    try {
      save(`${title}-iteration-${iterationOf(this.at)}.png`, await this.stage.picture.toImage(), "image/png");
    } catch (problem) {
      this.fail(`The picture could not be made: ${problem.message}`);
    }
  }

  destroy() {
    this.destroyed = true;
    cancelAnimationFrame(this.loop);
    clearInterval(this.clock);
    players.splice(players.indexOf(this), 1);
    for (const name of OUTSIDE) document.removeEventListener(name, this.outside);
    this.talk.destroy();
    this.stage.destroy();
    delete this.parent.emPlayer;
  }
}

/**
 * Entry for Streamlit's components and for a plain page alike: called again with the same `parentElement` whenever
 * data or theme change. Gives a clean-up function, which does nothing while the element is still on the page.
 */
export default function mount(component) {
  const { parentElement: parent } = component;
  parent.emPlayer ||= new Player(parent);
  parent.emPlayer.update(component);
  return () => {
    if (!parent.isConnected) parent.emPlayer?.destroy();
  };
}
