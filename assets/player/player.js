// The player: browser time over Python's rows. See `mount` for the contract with the page.
import { html } from "./dom.js";
import { advance, following, halfOf, iterationOf, position, preceding, runsLow, settle, showsHalves } from "./pacing.js";
import { Controls } from "./controls.js";
import { Curve } from "./curve.js";
import { decodeStatic, History } from "./history.js";
import { Network } from "./network.js";
import { Numbers } from "./numbers.js";
import { Picture } from "./picture.js";
import { loadPlotly, save, Talk } from "./talk.js";
import { readTheme } from "./theme.js";
import { Status } from "./status.js";

const saved = new Set();      // files already handed over, also across remounts

class Player {
  constructor(parent) {
    Object.assign(this, { parent, at: 0, credit: 0, playing: false, starved: false, wanted: null, error: "", speed: 10, linger: true, painted: null, numbersAt: 0 });
    this.reduced = matchMedia("(prefers-reduced-motion: reduce)");
    this.talk = new Talk(() => this.look());
    this.talk.again = () => this.wake();
    this.build();
    this.listen();
  }

  build() {
    const panel = (name, title) => { const node = html("div", { class: `em-panel em-${name}-panel` }, html("h3", {}, html("span", {}, title), html("small"))); return node; };
    const [picture, network, curve] = [panel("density", "Density"), panel("network", "Network"), panel("curve", "Log-likelihood")];
    const bar = html("div", { class: "em-controls" }), status = html("div", { class: "em-status" }), numbers = html("div", { class: "em-numbers" });
    this.root = html("section", { class: "em-player", "data-testid": "em-player", "data-state": "paused", "aria-label": "Player of a mixture model's fit" },
      html("div", { class: "em-body" }, picture, network, curve, bar, status, numbers));
    this.parent.replaceChildren(this.root);
    this.picture = new Picture(picture);
    this.picture.hold = () => this.playing || this.dragging;
    this.network = new Network(network, () => this.repaint());
    this.curve = new Curve(curve, (iteration) => this.jump(iteration));
    this.note = curve.querySelector("small");
    this.controls = new Controls(bar, {
      play: () => this.toggle(), step: (direction, half) => this.step(direction, half), reset: () => this.jump(0), end: () => this.jump(this.history?.last ?? 0),
      scrub: (iteration, ended) => this.scrub(iteration, ended), speed: (speed) => { this.speed = speed; this.used(); this.repaint(); }, linger: (on) => { this.linger = on; this.repaint(); },
    }, this);
    this.status = new Status(status, picture.querySelector("small"));
    this.numbers = new Numbers(numbers, { onJump: (iteration) => this.jump(iteration), onExport: (kind) => this.export(kind) });
  }

  listen() {
    this.outside = (event) => {
      if (this.playing && !this.root.contains(event.target) && !event.defaultPrevented) this.talk.touched();
    };
    for (const name of ["pointerdown", "keydown", "focusin"]) document.addEventListener(name, this.outside);
    this.clock = setInterval(() => this.check(), 1000);
  }

  /** Once a second: has the theme changed, has the page taken the player away? */
  check() {
    this.lost = this.root.isConnected ? 0 : (this.lost || 0) + 1;
    if (this.lost > 2) this.destroy();
    else if (!this.lost && this.history?.fixed) this.dress();
  }

  get settings() { return settle({ speed: this.speed, linger: this.linger, reduced: this.reduced.matches }); }

  look() {
    const { history } = this;
    return { run: history.run, from: history.rows.length, have: Boolean(history.fixed), shown: { iteration: iterationOf(this.at), half: halfOf(this.at) }, playing: this.playing };
  }

  /** Take what Python sent; the same payload twice changes nothing. */
  update({ data, setTriggerValue }) {
    if (setTriggerValue) this.talk.send = setTriggerValue;
    if (!data) return;
    if (data.script_runs !== undefined) this.root.dataset.scriptRuns = data.script_runs;
    if (!data.run) {
      if (data.error) this.fail(data.error);
      return;
    }
    const fresh = data.run !== this.history?.run;
    if (fresh) this.begin(data);
    const { history } = this, taken = history.take(data.rows), ended = JSON.stringify(data.end ?? null) !== JSON.stringify(history.end);
    history.end = data.end ?? null;
    const dressed = data.static && !history.fixed;
    if (dressed) this.receive(data.static);
    if (data.error && (data.error !== this.error || this.talk.asked)) this.fail(data.error);
    if (fresh || taken || ended || dressed || data.error) this.talk.answered();
    if (data.file && !saved.has(`${data.run}/${data.file.id}`)) {
      saved.add(`${data.run}/${data.file.id}`);
      save(data.file.name, data.file.text, data.file.mime);
    }
    if (taken) this.error = data.error || "";
    if (history.fixed) {
      this.dress(data.plotly);
      if (fresh || taken || ended || dressed) this.repaint();
    }
    this.ask();
    this.wake();
  }

  /** A new run id: a history of its own, sharing the rows of a parent that is still here. */
  begin(data) {
    const before = this.history, history = this.history = new History(data.run), parent = data.static?.parent;
    if (parent && before?.run === parent.run) history.inherit(before, parent.upto);
    Object.assign(this, { credit: 0, starved: false, wanted: null, error: "", painted: null });
  }

  receive(fixed) {
    const { start } = fixed, { history } = this;
    history.fixed = decodeStatic(fixed);
    this.at = position(start?.iteration ?? 0, start?.half ?? "M");
    if (start?.playing != null) this.playing = start.playing;
    this.root.setAttribute("aria-label", fixed.title || "Player of a mixture model's fit");
    this.note.textContent = fixed.log_likelihood_note || "";
  }

  /** Colours and figures, when the run or the theme is new. */
  dress(url) {
    const { history } = this, theme = readTheme(this.parent);
    if (!history.rows.length) return;
    if (this.theme !== theme.key || this.dressed !== history) {
      Object.assign(this, { theme: theme.key, dressed: history });
      for (const [name, value] of Object.entries({ background: theme.background, text: theme.text, muted: theme.muted, border: theme.border, secondary: theme.secondary, primary: theme.primary, grid: theme.grid, "on-primary": theme.onPrimary })) this.root.style.setProperty(`--em-${name}`, value);
      this.root.classList.toggle("em-dark", theme.dark);
      this.picture.dress(history.fixed, theme, window.Plotly);
      this.network.dress(history.fixed, theme);
      this.curve.dress(history.fixed, theme, history);
      this.numbers.dress(history.fixed, theme);
      this.painted = null;
      this.repaint();
    }
    if (url && !this.plotly) {
      this.plotly = url;
      loadPlotly(url).then((plotly) => {
        if (this.destroyed) return;
        this.curve.plotlyReady(plotly);
        this.picture.plotlyReady(plotly);
      }, (problem) => { this.plotly = null; this.fail(problem.message); });
    }
  }

  // Time ------------------------------------------------------------------------------------------------------------

  /** Whether the playhead stands at the last iteration that will ever be. */
  get atEnd() { return Boolean(this.history?.end) && iterationOf(this.at) >= this.history.end.iteration && halfOf(this.at) === "M"; }

  get state() {
    if (this.playing || this.wanted !== null) return this.starved || this.wanted !== null ? "waiting" : "playing";
    return this.atEnd ? "finished" : "paused";
  }

  wake() { this.loop ||= requestAnimationFrame((now) => this.frame(now)); }

  repaint() { this.stale = true; this.wake(); }

  frame(now) {
    this.loop = 0;
    if (this.destroyed || !this.history?.fixed) return;
    const { rows, newest } = this.history, elapsed = Math.min(.25, (now - (this.before ?? now)) / 1000);
    this.before = now;
    if (this.wanted !== null) this.seek();
    if (this.playing && rows[iterationOf(this.at)]) {
      const { at, credit, starved } = advance(this, elapsed, rows, this.settings);
      Object.assign(this, { at, credit, starved });
      if (this.atEnd) this.halt();
    } else this.starved = this.playing;
    if (rows[iterationOf(this.at)] && (this.stale || this.painted !== this.at)) this.paint(now);
    this.root.dataset.state = this.state;
    if (this.playing || this.wanted !== null) this.ask();
    if (this.playing && (!this.starved || newest < 0)) this.wake();
    else this.before = undefined;
  }

  /** Paint the current half-step everywhere at once. */
  paint(now) {
    const { history } = this, scene = history.scene(this.at, this.network.focus), running = this.playing, numbers = !running || now - this.numbersAt > 66;
    this.stale = false;
    this.painted = this.at;
    this.picture.show(scene);
    this.network.show(scene.shape.net, numbers);
    this.curve.show(this.at, now);
    if (numbers) {
      this.numbers.show(scene.shape, history.rows);
      this.numbersAt = now;
    }
    this.controls.show({
      iteration: this.wanted ?? scene.iteration, last: history.last, known: history.newest, running: running || this.wanted !== null, atStart: this.at === 0, atEnd: this.atEnd, linger: this.linger,
    });
    this.status.show({ scene, error: this.error, end: this.atEnd ? history.end : null, running, slow: this.slow || (running && showsHalves(this.settings)) });
    Object.assign(this.root.dataset, { run: history.run, iteration: scene.iteration, half: scene.half });
  }

  /** Ask for rows: always when the shown one is missing, and ahead of time while time goes on. */
  ask() {
    const { history } = this;
    if (!history || this.error && !this.playing) return;
    const missing = !history.fixed || !history.rows[iterationOf(this.at)];
    if (!missing && (history.end && history.newest >= history.end.iteration)) return;
    const onwards = this.playing || this.wanted !== null || this.touched;
    if (missing || (onwards && (this.wanted > history.newest || runsLow(this.at, history.rows, this.settings)))) this.talk.need();
  }

  // What a person does ----------------------------------------------------------------------------------------------

  used() { this.controls.used(); }

  toggle() { this.playing || this.wanted !== null ? this.pause() : this.play(); }

  play() {
    this.used();
    if (this.atEnd) this.at = 0;
    Object.assign(this, { playing: true, error: "", credit: 0, slow: false, before: undefined });
    this.mark();
  }

  pause() {
    this.halt();
    this.mark();
  }

  halt() {
    if (this.playing || this.wanted !== null) this.talk.shown();
    Object.assign(this, { playing: false, wanted: null, starved: false, stale: true });
  }

  /** State on the root at once; the rest with the next frame. */
  mark() {
    this.root.dataset.state = this.state;
    this.repaint();
  }

  step(direction, half = false) {
    if (!this.history?.fixed) return;
    this.halt();
    this.used();
    const then = (direction > 0 ? following : preceding)(this.at, half);
    Object.assign(this, { touched: direction > 0, slow: half });
    if (this.history.rows[iterationOf(then)]) this.at = then;
    else if (!this.atEnd) this.wanted = iterationOf(then);
    this.moved();
  }

  jump(iteration) { this.scrub(iteration, true); }

  scrub(iteration, ended) {
    if (!this.history?.fixed) return;
    if (this.playing) this.halt();
    this.used();
    this.dragging = !ended;
    const goal = Math.max(0, Math.min(iteration, this.history.last));
    this.at = position(Math.min(goal, this.history.newest), "M");
    this.wanted = goal > this.history.newest ? goal : null;
    Object.assign(this, { touched: true, slow: false });
    this.moved();
  }

  moved() {
    if (!this.dragging) this.talk.shown();
    this.ask();
    this.mark();
  }

  /** Follow arriving rows towards an iteration that was asked for. */
  seek() {
    const { history } = this, goal = Math.min(this.wanted, history.last);
    this.at = position(Math.min(goal, history.newest), "M");
    if (history.newest >= goal) {
      this.wanted = null;
      this.stale = true;
      this.talk.shown();
    }
  }

  fail(message) {
    this.error = message;
    Object.assign(this, { playing: false, wanted: null, starved: false });
    this.status.say(message, true);
    this.mark();
  }

  async export(kind) {
    this.pause();
    if (kind !== "picture") return this.talk.export(kind);
    try {
      save(`${(this.history.fixed.title || "mixture").replace(/[^\w]+/g, "-").toLowerCase()}-iteration-${iterationOf(this.at)}.png`, await this.picture.toImage(), "image/png");
    } catch (problem) { this.fail(`The picture could not be made: ${problem.message}`); }
  }

  destroy() {
    this.destroyed = true;
    cancelAnimationFrame(this.loop);
    clearInterval(this.clock);
    for (const name of ["pointerdown", "keydown", "focusin"]) document.removeEventListener(name, this.outside);
    for (const part of [this.talk, this.picture, this.network, this.curve, this.controls]) part.destroy();
    this.root.remove();
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
