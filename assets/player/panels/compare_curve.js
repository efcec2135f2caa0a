// What EM climbs in all models, in one chart: told apart by dash and by a letter at the line's end.
import { Chart, readableRange, tickOf } from "../drawing/chart.js";
import { html, svg, write } from "../drawing/dom.js";
import { inked, themed } from "../drawing/theme.js";
import { niceCeiling } from "../maths/ranges.js";
import { decimals } from "../maths/text.js";
import { iterationOf } from "../time/pacing.js";
import { climbedOf, PALE, whyApart } from "./climb.js";

const DASHES = ["solid", "dash", "dot", "dashdot"];
const NEAR = 0.85; // of the way to the right
const LETTER = 13; // pixels between letters, and for one at the right

/** The place nearest to its own, from 0 to `top`, that lies in none of some spans. */
export function clear(place, spans, top) {
  const free = (p) => p >= 0 && p <= top && spans.every(([low, high]) => p <= low || p >= high);
  const near = [place, ...spans.flat()].filter(free).sort((a, b) => Math.abs(a - place) - Math.abs(b - place));
  return near[0] ?? place;
}

/** The span of a line's values between two places across, or null where it has none. */
export function spanOf({ x, y }, from, to) {
  const at = (k, place) => y[k] + ((y[k + 1] - y[k]) * (place - x[k])) / (x[k + 1] - x[k]);
  const values = x.slice(0, -1).flatMap((left, k) => {
    const [first, last] = [Math.max(left, from), Math.min(x[k + 1], to)];
    return first < last ? [at(k, first), at(k, last)] : [];
  });
  return values.length && values.every(Number.isFinite) ? [Math.min(...values), Math.max(...values)] : null;
}

/** Places at least `gap` apart and not above `top`, each as near to its own as that allows. */
export function apart(places, gap, top) {
  const order = places.map((_, i) => i).sort((a, b) => places[a] - places[b]);
  const out = [...places];
  order.forEach((i, k) => k && (out[i] = Math.max(out[i], out[order[k - 1]] + gap)));
  order.reverse().forEach((i, k) => (out[i] = Math.min(out[i], k ? out[order[k - 1]] - gap : top)));
  return out;
}

/** Which models' EM climbs another number than the log-likelihood, in words; `why` is each one's reason, or "". */
export function whoClimbs(letters, why, reasons) {
  const who = letters.filter((_, i) => why[i]);
  if (!who.length) return "";
  const kinds = new Set(why.filter(Boolean));
  const what = kinds.size === 1 ? reasons[[...kinds][0]] : `${reasons.annealed} or ${reasons.regularised}`;
  const list = who.length > 1 ? `${who.slice(0, -1).join(", ")} and ${who.at(-1)}` : who[0];
  return `Bold is what EM climbs: of ${list} an objective ${what}. The log-likelihood (pale), by which models compare, may fall.`;
}

export class CompareCurve extends Chart {
  constructor(panel, onJump) {
    super(panel, (iteration) => this.across === "iterations" && onJump(iteration));
    this.across = "iterations";
    /** @type {import("../drawing/theme.js").Theme} */
    this.theme = null;
    /** @type {import("../wire/lanes.js").Lanes} */
    this.lanes = null;
    /** @type {import("../wire/types.d.ts").Fixed["objectiveReasons"]} */
    this.reasons = null;
    /** @type {Record<string, any>} */
    this.layout = null;
    const options = ["iterations", "seconds"].map((name) => html("option", { value: name }, name));
    const choice = { "aria-label": "Across", title: "What the chart goes across by.", onchange: () => this.turn() };
    this.select = html("select", choice, ...options);
    this.title = panel.querySelector("h3 span");
    this.title.after(this.select);
    this.why = html("p", { class: "em-why", hidden: true });
    this.frame.before(this.why);
  }

  /** Go across by the other: iterations, or seconds of computing. */
  turn() {
    this.across = this.select.value;
    this.own = true;
    this.frame.classList.toggle("em-timed", this.across === "seconds");
    this.draw();
  }

  dress(lanes, theme) {
    if (this.lanes !== lanes) this.build(lanes);
    const { figures, objectiveReasons: reasons } = lanes.fixed;
    Object.assign(this, { theme, reasons, layout: themed(figures.curve.layout, theme) });
    this.draw();
  }

  build(lanes) {
    this.clear();
    this.lanes = lanes;
    this.reached = lanes.all.map(() => -1);
    this.now = lanes.all.map(() => -1);
    this.marks = lanes.all.map((_, i) => ({
      logLikelihood: svg("path", { class: `em-tail em-dash-${i}`, opacity: PALE }),
      heldOut: svg("path", { class: `em-tail em-held em-dash-${i}` }),
      climbed: svg("path", { class: `em-tail em-dash-${i}` }),
      dot: html("div", { class: "em-playdot" }),
    }));
    this.overlay.replaceChildren(this.tails, this.line, ...this.marks.map(({ dot }) => dot));
    this.tails.replaceChildren(...this.marks.flatMap(({ logLikelihood, heldOut, climbed }) => [heldOut, logLikelihood, climbed]));
  }

  /** The scenes say how far each lane is; at an E-step it still has the likelihood of the iteration before. */
  follow(scenes, at, now) {
    this.now = scenes.map((scene) => (scene ? scene.iteration - (scene.half === "E" ? 1 : 0) : -1));
    this.show(at, now);
  }

  /** The rows that a lane has. */
  rowsOf(i) {
    return this.lanes.all[i].history?.rows ?? [];
  }

  /** Say what climbs where it is not the log-likelihood. */
  name() {
    this.apart = this.lanes.all.map((_, i) => whyApart(this.rowsOf(i)));
    const letters = this.lanes.all.map(({ letter }) => letter);
    const why = whoClimbs(letters, this.apart, this.reasons);
    write(this.title, why ? "Objective and log-likelihood" : "Log-likelihood");
    write(this.why, why);
    this.why.hidden = !why;
    this.climbed = this.lanes.all.map((_, i) => climbedOf(this.rowsOf(i)));
  }

  get ready() {
    return Boolean(this.lanes?.rows.length);
  }

  behind() {
    return this.now.some((t, i) => t > this.reached[i]);
  }

  reach() {
    this.name();
    this.reached = this.reached.map((t, i) => Math.max(t, this.now[i]));
  }

  /** The rows of a lane that have been seen. */
  seenOf(i) {
    return this.rowsOf(i).slice(0, this.reached[i] + 1);
  }

  place(row) {
    return this.across === "seconds" ? row.seconds : row.iteration;
  }

  traces() {
    const { theme } = this;
    const { scale = 1 } = theme;
    return this.lanes.all.flatMap(({ letter }, i) => {
      const seen = this.seenOf(i);
      const line = (y, colour, width, name) => ({
        type: "scatter",
        mode: "lines",
        x: seen.map((row) => this.place(row)),
        y,
        line: { color: colour, width: width * scale, dash: DASHES[i] },
        text: y.map((v) => (v == null ? "" : decimals(v))),
        hovertemplate: `${letter}${name}: %{text}<extra></extra>`,
      });
      const held = seen.map((row) => row.heldOut);
      const values = seen.map((row) => row.logLikelihood);
      return [
        ...(held.some((v) => v != null) ? [line(held, theme.muted, 1.1, " held-out")] : []),
        ...(this.apart[i] ? [{ ...line(values, theme.text, 2, " log-likelihood"), opacity: inked(PALE, theme) }] : []),
        line(seen.map(this.climbed[i]), theme.text, 2, this.apart[i] ? " objective" : ""),
      ];
    });
  }

  fill() {
    const layout = { ...this.layout };
    delete layout.yaxis2; // a temperature for each line would be too much
    const range = this.range();
    const timed = this.across === "seconds";
    const title = { ...layout.xaxis?.title, text: timed ? "seconds of computing" : "iteration" };
    layout.xaxis = { ...layout.xaxis, title, dtick: timed ? undefined : tickOf(this.reaches()) };
    layout.annotations = this.letters(range, this.traces());
    layout.font = { ...layout.font, size: 12 * (this.theme.scale ?? 1) };
    return this.arranged(layout, [0, this.reaches() * 1.02 || 1], range, { r: 2 * this.gap });
  }

  /** Pixels for a letter. */
  get gap() {
    return LETTER * (this.theme.scale ?? 1);
  }

  /** How far the horizontal axis goes. */
  reaches() {
    if (this.across === "seconds") {
      const last = this.lanes.all.map((_, i) => this.seenOf(i).at(-1)?.seconds ?? 0);
      return Math.max(...last);
    }
    const { end } = this.lanes;
    const most = Math.max(...this.reached);
    return end && most >= end.iteration ? Math.max(1, end.iteration) : niceCeiling(1.05 * most);
  }

  /**
   * Room for what is readable of every line.
   * @returns {[low: number, high: number]}
   */
  range() {
    const ranges = this.lanes.all.flatMap((_, i) => {
      const seen = this.seenOf(i);
      return [this.climbed[i], (row) => row.logLikelihood, (row) => row.heldOut].flatMap((of) => {
        const values = seen.map(of).filter(Number.isFinite);
        return values.length ? [readableRange(values, this.whole)] : [];
      });
    });
    if (!ranges.length) return [0, 1];
    const [low, high] = [Math.min(...ranges.map(([low]) => low)), Math.max(...ranges.map(([, high]) => high))];
    return [low, high + 0.04 * (high - low)]; // else a line that hardly rises lies on the edge
  }

  /** The letters at the ends of the lines, moved apart where they would lie on each other or on another line. */
  letters([low, high], lines) {
    const { gap } = this;
    const height = this.plot._fullLayout?.yaxis?._length ?? this.frame.clientHeight - 60;
    const ends = this.lanes.all.flatMap(({ letter }, i) => {
      const row = this.seenOf(i).at(-1);
      if (!row) return [];
      const y = this.climbed[i](row);
      const up = Math.min(Math.max((y - low) / (high - low), 0), 1) * height;
      return [{ letter, x: this.place(row), y: Math.max(y, low), up }];
    });
    // lines that end near the right share a column there, clear of the other lines' dots
    const right = Math.max(...ends.map(({ x }) => x));
    const column = (x) => (x > NEAR * right ? right : x);
    const font = { size: 12 * (this.theme.scale ?? 1), color: this.theme.text, shadow: `0 0 3px ${this.theme.background}` };
    const look = { showarrow: false, xanchor: "left", yanchor: "middle", xshift: 7, font };
    const letter = (gap * this.reaches()) / (this.plot._fullLayout?.xaxis?._length ?? this.frame.clientWidth);
    const wanted = ends.map(({ x, up }) => {
      const spans = lines.map((line) => spanOf(line, column(x) + letter / 2, column(x) + 1.5 * letter)).filter(Boolean);
      const taken = spans.map((span) => span.map((v, end) => ((v - low) / (high - low)) * height + (end - 0.5) * gap));
      return clear(up, taken, height);
    });
    const places = apart(wanted, gap, height);
    return ends.map(({ letter, x, y, up }, i) => ({ ...look, x: column(x), y, text: letter, yshift: places[i] - up }));
  }

  playhead(at) {
    const { axes } = this;
    if (!axes || at == null || !this.lanes?.rows.length) return;
    const timed = this.across === "seconds";
    this.moveLine(axes, iterationOf(at));
    if (timed) this.line.style.opacity = 0;
    this.marks.forEach(({ dot, ...paths }, i) => {
      const rows = this.rowsOf(i);
      const climbed = climbedOf(rows);
      const row = rows[this.now[i]];
      dot.hidden = !row;
      const undrawn = row ? rows.slice(Math.max(this.reached[i], 0), this.now[i] + 1) : [];
      this.tail(paths.climbed, undrawn, climbed, axes);
      this.tail(paths.logLikelihood, this.apart?.[i] ? undrawn : [], (r) => r.logLikelihood, axes);
      this.tail(paths.heldOut, undrawn, (r) => r.heldOut, axes);
      if (row) this.moveDot(dot, axes, this.place(row), climbed(row));
    });
  }
}
