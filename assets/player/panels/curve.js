// What EM climbs in one run, with what belongs to it: log-likelihood, held-out rows, temperature, earlier runs.
import { Chart, readableRange, tickOf } from "../drawing/chart.js";
import { html, svg, write } from "../drawing/dom.js";
import { inked, themed } from "../drawing/theme.js";
import { niceCeiling } from "../maths/ranges.js";
import { decimals } from "../maths/text.js";
import { climbedOf, PALE, whyApart } from "./climb.js";
import { curveSigns, Legend } from "./legend.js";

/** @import { Fixed } from "../wire/types.d.ts" */

export class Curve extends Chart {
  constructor(panel, onJump) {
    super(panel, onJump);
    /** @type {Fixed} */
    this.fixed = null;
    /** @type {import("../drawing/theme.js").Theme} */
    this.theme = null;
    /** @type {import("../wire/history.js").History} */
    this.history = null;
    /** @type {Record<string, any>} */
    this.layout = null;
    this.dot = html("div", { class: "em-playdot" });
    this.paths = {
      logLikelihood: svg("path", { class: "em-tail", opacity: PALE }),
      heldOut: svg("path", { class: "em-tail em-held em-dash-1" }),
      climbed: svg("path", { class: "em-tail" }),
    };
    this.why = html("p", { class: "em-why", hidden: true });
    this.title = panel.querySelector("h3 span");
    this.frame.before(this.why);
    this.legend = new Legend(panel);
    this.frame.before(this.legend.line);
    this.overlay.append(this.dot);
    this.tails.append(...Object.values(this.paths));
  }

  dress(fixed, theme, history) {
    if (this.history !== history) this.clear();
    Object.assign(this, { fixed, theme, history, layout: themed(fixed.figures.curve.layout, theme) });
    this.name();
    this.draw();
  }

  /** Say by its name what climbs, and why it is not the log-likelihood. */
  name() {
    const why = whyApart(this.history.rows);
    this.legend.show(curveSigns(this.history.rows, { apart: Boolean(why), before: this.fixed.ghosts?.length > 0 }));
    if (why === this.named) return;
    this.named = why;
    write(this.title, why ? "Objective and log-likelihood" : "Log-likelihood");
    write(this.why, why ? this.fixed.objectiveNotes[why] : "");
    this.why.title = this.why.textContent; // where there is no room for all of it
    this.why.hidden = !why;
  }

  get ready() {
    return Boolean(this.history?.rows.length);
  }

  /** Whether there is more to see than is drawn; an E-step has still the likelihood of the iteration before. */
  behind(at) {
    return at >> 1 > this.seen;
  }

  reach(at) {
    this.name();
    this.seen = Math.min(Math.max(this.seen, at >> 1), this.history.newest);
  }

  get climbed() {
    return climbedOf(this.history.rows);
  }

  traces() {
    const { theme, history } = this;
    const { scale = 1 } = theme;
    const seen = history.rows.slice(0, this.seen + 1);
    const x = seen.map((row) => row.iteration);
    const line = (y, colour, name, digits = 2) => ({
      x,
      y,
      line: { color: colour },
      text: y.map((value) => (value === null ? "" : decimals(value, digits))),
      hovertemplate: `${name}: %{text}<extra></extra>`,
    });
    const { stop } = history;
    const held = seen.some((row) => row.heldOut != null);
    const tempered = seen.some((row) => row.inverseTemperature < 1);
    const values = (name) => seen.map((row) => row[name]);
    const { climbed, named } = this;
    const fills = {
      objective: () => named && line(values("objective"), theme.text, "iteration %{x}, objective"),
      log_likelihood: () => ({
        ...line(values("logLikelihood"), theme.text, named ? "log-likelihood" : "iteration %{x}"),
        opacity: named ? inked(PALE, theme) : 1,
      }),
      held_out: () => held && line(values("heldOut"), theme.text, "held-out"),
      temperature: () =>
        tempered && line(values("inverseTemperature"), theme.muted, "inverse temperature", 3),
      stop: (trace) =>
        stop !== null &&
        stop <= this.seen && {
          x: [stop],
          y: [climbed(history.rows[stop])],
          marker: { ...trace.marker, size: scale * trace.marker.size, color: theme.primary },
          hovertemplate: "the stopping rule holds at iteration %{x}<extra></extra>",
        },
    };
    const own = this.fixed.figures.curve.data.flatMap((trace) => {
      const fill = fills[trace.meta.role](trace);
      const look = { ...trace.line, width: scale * (trace.line?.width ?? 2) };
      return fill ? [{ ...trace, ...fill, line: { ...look, ...fill.line }, showlegend: false }] : [];
    });
    const ghosts = (this.fixed.ghosts || []).map(({ name, logLikelihood: y }) => ({
      ...line(y, theme.muted, name),
      type: "scatter",
      mode: "lines",
      line: { color: theme.muted, width: 1.2 * scale },
      meta: { role: "ghost" },
      x: y.map((_, i) => i),
      opacity: inked(0.45, theme),
      showlegend: false,
    }));
    return [...ghosts, ...own];
  }

  fill() {
    const { rows, end } = this.history;
    const layout = { ...this.layout };
    const seen = rows.slice(0, this.seen + 1);
    const across = end && this.seen >= end.iteration ? Math.max(1, end.iteration) : niceCeiling(1.05 * this.seen);
    const own = seen.flatMap((r) => [r.logLikelihood, r.heldOut, this.named ? r.objective : null]).filter(Number.isFinite);
    const values = own.concat(...(this.fixed.ghosts || []).map((g) => g.logLikelihood)).filter(Number.isFinite);
    layout.xaxis = { ...layout.xaxis, dtick: tickOf(across) };
    layout.yaxis2 = {
      ...layout.yaxis2,
      visible: seen.some((r) => r.inverseTemperature < 1),
      title: { ...layout.yaxis2?.title, text: "v" }, // whole however low the curve is; the legend has the words
    };
    const right = layout.margin.r;
    return this.arranged(
      layout,
      [0, across * 1.02],
      readableRange(values, this.whole, own),
      layout.yaxis2.visible ? { r: Math.max(right, 40 * (this.theme.scale ?? 1)) } : undefined,
    );
  }

  /** Move line and dot; at an E-step they wait, since only the M-step changes the likelihood. */
  playhead(at) {
    const { axes } = this;
    const now = (at ?? 0) >> 1;
    const row = this.history?.rows[now];
    if (!axes || !row || at == null) return;
    this.moveLine(axes, now);
    const { climbed, paths } = this;
    this.moveDot(this.dot, axes, now, climbed(row));
    const undrawn = this.history.rows.slice(this.seen, now + 1);
    this.tail(paths.climbed, undrawn, climbed, axes);
    this.tail(paths.logLikelihood, this.named ? undrawn : [], (r) => r.logLikelihood, axes);
    this.tail(paths.heldOut, undrawn, (r) => r.heldOut, axes);
  }
}
