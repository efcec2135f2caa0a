// The chart of Tune: asks a job how it stands, draws what Python makes of it, and says which starts are to be opened.
import { html, write } from "./drawing/dom.js";
import { CONFIG, loadPlotly } from "./drawing/plotly.js";
import { readTheme } from "./drawing/theme.js";
import { ours } from "./panels/controls.js";
import { wear } from "./panels/frame.js";
import { present, presenting, watchPresenting } from "./panels/presenting.js";
import { dressed, savePicture, touchedOnce } from "./tune/figure.js";
import { Marks } from "./tune/marks.js";
import { watch } from "./tune/polling.js";
import { Progress } from "./tune/progress.js";
import { roomOnTheRight, Schedule } from "./tune/schedule.js";
import { closeMenu, MENU } from "./wire/surroundings.js";
import { keep, remind, stranger } from "./wire/comeback.js";
import { Address, asksToPresent } from "./wire/link.js";

/** @import { Told, Sent } from "./tune/types.d.ts" */

const [LEAST, ON_A_PHONE, BELOW] = [380, 470, 26]; // pixels of the chart, which a phone scrolls to; and of what is empty below it

/** The height that is left for an element above another one at the window's end. */
const room = (element, last) => {
  const { top } = element.getBoundingClientRect();
  const scrolled = element.closest('[data-testid="stMain"]')?.scrollTop ?? 0;
  return Math.max(innerWidth < 560 ? ON_A_PHONE : LEAST, Math.round(innerHeight - top - scrolled - last.offsetHeight - BELOW));
};

export class TuneChart {
  constructor(parent) {
    this.parent = parent;
    /** @type {Sent} */
    this.sent = null;
    /** @type {Told} what is known of the job, over all answers */
    this.told = null;
    /** @type {import("./drawing/theme.js").Theme} */
    this.theme = null;
    this.plotly = null;
    /** @type {(word: string, told: object) => void} */
    this.say = () => {};
    this.progress = new Progress((order) => this.order(order));
    this.title = html("h2", { class: "em-title" });
    this.sentence = html("p", { class: "em-tune-told", "aria-live": "polite" });
    this.stale = html("p", { class: "em-stale", hidden: true });
    this.plot = html("div", { class: "em-tune-plot" });
    this.empty = html("p", { class: "em-quiet em-tune-empty" }, "Press Run: every start is kept, and shown here as it ends.");
    this.marks = new Marks((marks) => this.open(marks));
    this.schedule = new Schedule(this.plot, (told) => this.say("schedule", told));
    this.files = html("div", { class: "em-tune-files" });
    this.bar = html("div", { class: "em-tune-bar" }, this.marks.root, this.progress.root);
    this.root = html("div", { class: "em-player em-tune" }, this.title, this.stale, this.sentence, this.bar, this.empty, this.plot, this.files);
    parent.append(this.root);
    touchedOnce(this.plot);
    this.address = new Address(presenting());
    this.presents = html("button", { type: "button", class: "em-present", onclick: () => present(!presenting()) });
    this.unwatch = watchPresenting(() => this.presented());
    this.keys = (event) => {
      if (event.key === "p" && !event.defaultPrevented && ours(event)) present(!presenting());
    };
    document.addEventListener("keydown", this.keys);
    if (asksToPresent(location.search)) present(true);
    this.presented();
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.plot);
    this.clock = setInterval(() => this.check(), 1000);
    this.outside = ({ target }) => target.closest?.(MENU) && closeMenu();
    document.addEventListener("click", this.outside);
  }

  /** Called by the page, with what Python sent. */
  update({ data, setTriggerValue }) {
    if (setTriggerValue) this.say = setTriggerValue;
    if (data) this.hear(data);
  }

  /** @param {Sent} sent */
  hear(sent) {
    this.wait?.();
    const message = /** @type {import("./wire/types.d.ts").Message} */ ({ session: sent.session, again: sent.again, record: sent.record });
    if (stranger(message)) {
      this.wait = remind(() => this.hear(sent));
      return;
    }
    keep(message);
    const before = this.sent;
    this.sent = sent;
    this.root.dataset.scriptRuns = String(sent.script_runs);
    if (sent.link) this.address.tell(sent.link);
    if (!this.plotly) loadPlotly(new URL(sent.plotly, document.baseURI).href).then((plotly) => this.ready(plotly), (problem) => write(this.sentence, problem.message));
    this.dress(readTheme(this.root));
    write(this.title, sent.title ?? "");
    this.bar.hidden = !sent.job && !sent.lab;
    this.root.classList.toggle("em-tune-lab", Boolean(sent.lab));
    this.stale.hidden = !sent.stale;
    write(this.stale, sent.stale ? `The settings have changed: this is still ${sent.title}. Run computes what is chosen now.` : "");
    /** @param {Sent} of */
    const shown = (of) => of.lab?.run ?? of.job;
    if (!before || shown(sent) !== shown(before)) {
      this.told = null;
      this.marks.clear();
      this.progress.root.hidden = true;
    }
    if (sent.lab) {
      write(this.sentence, sent.lab.says);
      this.marks.know(sent.lab.v.map((v, t) => [t, 0, `Iteration ${t}, v = ${Number(v.toPrecision(2))}`]), "lab", sent.locked);
    } else if (!this.told) write(this.sentence, "");
    else this.marks.know(this.told.marks ?? [], "starts", sent.locked);
    this.schedule.show(sent.locked ? null : sent.lab);
    this.draw();
    this.showFiles();
    this.follow();
  }

  /** What was picked is to be opened: runs of starts, or the run of the lab at an iteration. */
  open(marks) {
    const { job, lab } = this.sent;
    if (lab) this.say("fork", { run: lab.run, iteration: marks[0][0] });
    else this.say("open", { job, marks });
  }

  dress(theme) {
    this.theme = theme;
    wear(this.root, theme);
  }

  /** Ask the job, from what is known on; another theme, measure or view is another question. */
  follow() {
    const { job, measure, view, at, lab } = this.sent;
    const key = JSON.stringify([job, measure, view, this.theme.name]);
    if (key === this.asks) return;
    this.asks = key;
    this.stop?.();
    if (!job || lab) return;
    const query = { theme: this.theme.name, measure, view };
    this.stop = watch(new URL(`${at}/${job}`, document.baseURI), query, (told) => this.take(told), (problem) => this.lost(problem));
  }

  /** @param {Told} told */
  take(told) {
    const worked = ["measuring", "running", "asks"].includes(this.told?.state);
    this.told = { ...this.told, ...told };
    if (worked && !["measuring", "running", "asks"].includes(told.state)) this.say("over", { version: told.version });
    this.progress.show(this.told);
    if (told.figure) {
      write(this.sentence, told.says);
      this.marks.know(told.marks, "starts", this.sent.locked);
      this.draw();
    }
  }

  lost(problem) {
    this.progress.fail(problem);
  }

  ready(plotly) {
    this.plotly = plotly;
    this.draw();
  }

  draw() {
    const figure = this.sent?.lab?.figures[this.theme.name] ?? this.told?.figure ?? null;
    this.empty.hidden = Boolean(figure || this.sent?.job || this.sent?.nothing);
    this.plot.hidden = !figure;
    if (!figure || !this.plotly || !this.plot.clientWidth) return;
    this.plot.style.height = `${room(this.plot, this.files)}px`;
    const { data, layout } = dressed(figure, this.theme, this.plot);
    if (this.sent.lab) layout.xaxis.range = roomOnTheRight(layout.xaxis.range, this.sent.lab);
    const drawn = this.plotly.react(this.plot, data, layout, { ...CONFIG, displayModeBar: false });
    Promise.resolve(drawn).then(() => this.schedule.place());
    if (!this.listening) {
      this.listening = true;
      Promise.resolve(drawn).then(() => this.plot.on("plotly_click", ({ points }) => this.marks.pick([points.find(({ customdata }) => customdata != null)?.customdata ?? []].flat())));
    }
  }

  /** The page is presented, or no longer. */
  presented() {
    const on = presenting();
    write(this.presents, on ? "Back to the page" : "Present");
    this.presents.title = on ? "Back to the whole page. (p or Esc)" : "Present on a projector: big type on the whole screen. (p; Esc leaves)";
    this.address.presents(on);
    this.check();
    this.resize();
  }

  resize() {
    clearTimeout(this.later);
    this.later = setTimeout(() => this.draw(), 100);
  }

  /** Once a second: has the theme changed, has the page taken the chart away? */
  check() {
    this.away = this.root.isConnected ? 0 : (this.away ?? 0) + 1;
    if (this.away > 2) return this.destroy();
    if (!this.sent || this.away) return undefined;
    const theme = readTheme(this.root);
    if (theme.key === this.theme.key) return undefined;
    this.dress(theme);
    this.draw();
    return this.follow();
  }

  /** Something is to be done with the job. */
  async order(name) {
    const { at, job } = this.sent;
    const answer = await fetch(new URL(`${at}/${job}/${name}`, document.baseURI), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: "{}",
    }).catch(() => null);
    if (!answer?.ok) return this.lost(answer ? await answer.text() : "The server does not answer: try again.");
    this.asks = "";
    return this.follow();
  }

  showFiles() {
    const { files = [], at, job, lab, title } = this.sent;
    const key = JSON.stringify([job, lab?.run, files.map(({ name }) => name)]);
    if (key === this.filed) return;
    this.filed = key;
    const href = ({ name, text }) => (text === undefined ? new URL(`${at}/${job}/${encodeURIComponent(name)}`, document.baseURI).href : `data:text/plain;charset=utf-8,${encodeURIComponent(text)}`);
    const link = (file) => html("a", { href: href(file), download: file.name, title: file.help }, file.label);
    const picture = (kind) => html("button", { type: "button", onclick: () => savePicture(this.plotly, this.plot, title, kind), title: `The chart as it stands, as ${kind.toUpperCase()}.` }, `Picture (${kind.toUpperCase()})`);
    this.files.replaceChildren(...(files.length ? [...files.map(link), picture("png"), picture("svg"), this.presents] : []));
  }

  destroy() {
    clearInterval(this.clock);
    document.removeEventListener("click", this.outside);
    document.removeEventListener("keydown", this.keys);
    this.unwatch();
    clearTimeout(this.later);
    this.stop?.();
    this.wait?.();
    this.observer.disconnect();
    this.schedule.destroy();
    this.address.destroy();
    if (this.plotly && this.listening) this.plotly.purge(this.plot);
    this.root.remove();
    delete this.parent.emTune;
  }
}

/** The entry for Streamlit's components: called again whenever data or theme change. */
export default function mount(component) {
  const { parentElement: parent } = component;
  parent.emTune ||= new TuneChart(parent);
  parent.emTune.update(component);
  return () => {
    if (!parent.isConnected) parent.emTune?.destroy();
  };
}
