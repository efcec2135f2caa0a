// The log-likelihood: a Plotly line up to the furthest iteration seen, under a playhead that moves every frame.
import { attribute, html, onPress, svg } from "./dom.js";
import { fixed, niceCeiling, quantile } from "./maths.js";
import { coarse, CONFIG } from "./picture.js";
import { themed } from "./theme.js";

const EVERY = 100; // milliseconds between updates while moving
const MARGIN = { l: 62, r: 16, t: 6, b: 42 };

/** The objective where regularisation sets it visibly apart from the log-likelihood; else null. */
const objective = ({ v, ll, obj }) => (v === 1 && Math.abs(obj - ll) > 1e-3 * Math.abs(ll) ? obj : null);

export class Curve {
  constructor(panel, onJump) {
    this.plot = html("div", { class: "em-plot" });
    this.line = html("div", { class: "em-playhead" });
    this.dot = html("div", { class: "em-playdot" });
    this.tail = svg("path", { class: "em-tail" });
    this.frame = html(
      "div",
      { class: "em-curve" },
      this.plot,
      html("div", { class: "em-overlay" }, svg("svg", {}, this.tail), this.line, this.dot),
    );
    panel.append(this.frame);
    this.onJump = onJump;
    this.observer = new ResizeObserver(
      () =>
        this.drawn &&
        this.plot.clientWidth && // Plotly refuses to resize what is not displayed
        this.plotly.Plots.resize(this.plot).then?.(() => this.playhead(this.at)),
    );
    this.observer.observe(this.frame);
    this.stopPress = onPress(this.frame, (place) => this.clicked(place));
    this.clear();
  }

  clear() {
    Object.assign(this, { seen: 0, last: 0, cost: 0, whole: false, own: true });
  }

  dress(fixed, theme, history) {
    if (this.history !== history) this.clear();
    Object.assign(this, { fixed, theme, history, layout: themed(fixed.figures.curve.layout, theme) });
    this.draw();
  }

  plotlyReady(plotly) {
    this.plotly = plotly;
    this.draw();
  }

  /** The playhead has moved to half-step position `at`. */
  show(at, now) {
    const seen = Math.max(this.seen, at >> 1); // an E-step has still the likelihood of the iteration before
    this.at = at;
    this.later = seen !== this.seen;
    this.playhead(at);
    if (!this.later) return;
    const wait = Math.min(5 * EVERY, Math.max(EVERY, 8 * this.cost)) - (now - this.last);
    clearTimeout(this.timer);
    if (wait <= 0) this.draw();
    else this.timer = setTimeout(() => this.draw(), wait);
  }

  draw() {
    clearTimeout(this.timer);
    if (!this.plotly || !this.history?.rows.length || this.destroyed || !this.frame.clientWidth) return;
    this.seen = Math.min(Math.max(this.seen, (this.at ?? 0) >> 1), this.history.newest);
    const begun = performance.now(),
      done = this.plotly.react(this.plot, this.traces(), this.fill(), {
        ...CONFIG,
        displayModeBar: false,
        doubleClick: false,
      });
    if (!this.drawn) Promise.resolve(done).then(() => this.listen());
    Object.assign(this, { drawn: true, upto: this.seen });
    this.last = performance.now();
    this.cost = this.last - begun;
    this.playhead(this.at);
  }

  listen() {
    if (this.destroyed) return this.plotly.purge(this.plot);
    this.plot.on("plotly_relayout", (change) => {
      if (Object.keys(change).some((key) => key.includes("axis.range"))) this.own = false;
      this.playhead(this.at);
    });
    this.plot.on("plotly_relayouting", () => this.playhead(this.at));
    this.plot.on("plotly_doubleclick", () => {
      // the readable range, then everything, in turn
      this.whole = this.own && !this.whole;
      this.own = true;
      this.draw();
    });
    this.playhead(this.at);
  }

  traces() {
    const { theme, history } = this;
    const seen = history.rows.slice(0, this.seen + 1);
    const x = seen.map((row) => row.i);
    const line = (y, colour, style, name, digits = 2) => ({
      x,
      y,
      mode: "lines",
      line: { color: colour, ...style },
      text: y.map((value) => (value === null ? "" : fixed(value, digits))),
      hovertemplate: `${name}: %{text}<extra></extra>`,
    });
    const { stop } = history;
    const held = seen.some((row) => row.held != null);
    const tempered = seen.some((row) => row.v < 1);
    const values = (name) => seen.map((row) => row[name]);
    const penalised = seen.map(objective);
    const fills = {
      objective: () =>
        penalised.some((value) => value !== null) &&
        line(penalised, theme.muted, { width: 1.3 }, "objective, with the regularisation"),
      log_likelihood: () => line(values("ll"), theme.text, { width: 2 }, "iteration %{x}"),
      held_out: () => held && line(values("held"), theme.text, { width: 1.6, dash: "dash" }, "held-out"),
      temperature: () =>
        tempered && line(values("v"), theme.muted, { width: 1.3, dash: "dot" }, "inverse temperature", 3),
      stop: (trace) =>
        stop !== null &&
        stop <= this.seen && {
          mode: "markers",
          x: [stop],
          y: [history.rows[stop].ll],
          marker: { size: 9, symbol: "circle-open", ...trace.marker, color: theme.primary },
          hovertemplate: "the stopping rule holds at iteration %{x}<extra></extra>",
        },
    };
    const own = this.fixed.figures.curve.data.flatMap((trace) => {
      const fill = fills[trace.meta?.role]?.(trace);
      return fill ? [{ ...trace, ...fill, line: { ...trace.line, ...fill.line }, showlegend: false }] : [];
    });
    const ghosts = (this.fixed.ghosts || []).map(({ name, log_likelihood: y }) => ({
      ...line(y, theme.muted, { width: 1.2 }, name),
      type: "scatter",
      meta: { role: "ghost" },
      x: y.map((_, i) => i),
      opacity: 0.45,
      showlegend: false,
    }));
    return [...ghosts, ...own];
  }

  fill() {
    const { rows, end } = this.history,
      layout = structuredClone(this.layout),
      seen = rows.slice(0, this.seen + 1),
      held = seen.at(-1).held;
    const across = end && this.seen >= end.iteration ? Math.max(1, end.iteration) : niceCeiling(1.05 * this.seen);
    const values = seen
      .flatMap((r) => [r.ll, r.held, objective(r)])
      .concat(...(this.fixed.ghosts || []).map((g) => g.log_likelihood))
      .filter(Number.isFinite);
    layout.xaxis = { ...layout.xaxis, range: [0, across * 1.02], autorange: false, zeroline: false };
    layout.yaxis = {
      ...layout.yaxis,
      ...readable(values, this.whole),
      autorange: false,
      zeroline: false,
      exponentformat: "none",
    };
    if (layout.yaxis2)
      layout.yaxis2 = {
        ...layout.yaxis2,
        visible: seen.some((r) => r.v < 1),
        showgrid: false,
        range: [0, 1.05],
        tickmode: "array",
        tickvals: [0, 0.5, 1],
      };
    const name = (y, text) => ({
      x: this.seen,
      y,
      text,
      showarrow: false,
      xanchor: this.seen ? "right" : "left",
      yanchor: "top",
      font: { size: 11, color: this.theme.muted },
    });
    const penalised = objective(seen.at(-1));
    layout.annotations = [
      ...(held == null ? [] : [name(held, "held-out")]),
      ...(penalised == null ? [] : [name(penalised, "objective")]),
    ];
    const full = this.plot._fullLayout;
    if (!this.own && full?.xaxis)
      [layout.xaxis.range, layout.yaxis.range] = [[...full.xaxis.range], [...full.yaxis.range]];
    const margin = { ...MARGIN, ...layout.margin };
    if (layout.yaxis2?.visible) margin.r = Math.max(margin.r, 40);
    return {
      ...layout,
      margin,
      separators: ".",
      autosize: true,
      width: undefined,
      height: undefined,
      showlegend: false,
      hovermode: "x",
      hoverdistance: -1,
      title: undefined,
      dragmode: coarse() ? false : "zoom",
    };
  }

  /** Move line and dot; at an E-step they wait, since only the M-step changes the likelihood. */
  playhead(at) {
    const full = this.plot._fullLayout,
      now = (at ?? 0) >> 1,
      row = this.history?.rows[now];
    if (!full?.xaxis?._length || !row || at == null) return;
    const { xaxis: x, yaxis: y } = full,
      share = (now - x.range[0]) / (x.range[1] - x.range[0]),
      rise = (row.ll - y.range[0]) / (y.range[1] - y.range[0]);
    const px = x._offset + share * x._length,
      py = y._offset + (1 - rise) * y._length,
      inside = share > -0.01 && share < 1.01;
    this.line.style.transform = `translate(${px.toFixed(1)}px, ${y._offset}px) scaleY(${y._length})`;
    this.dot.style.transform = `translate(${px.toFixed(1)}px, ${py.toFixed(1)}px)`;
    this.line.style.opacity = inside ? 1 : 0;
    attribute(this.tail, "d", this.tailPath(at, x, y));
    this.dot.style.opacity = inside && rise >= 0 && rise <= 1.01 ? 1 : 0;
  }

  /** The piece of the line that Plotly has not drawn yet. */
  tailPath(at, x, y) {
    const to = at >> 1,
      left = x._offset,
      bottom = y._offset + y._length;
    let path = "";
    for (let t = this.upto; t <= to && to > this.upto; t++) {
      const px = left + ((t - x.range[0]) / (x.range[1] - x.range[0])) * x._length,
        py = bottom - ((this.history.rows[t].ll - y.range[0]) / (y.range[1] - y.range[0])) * y._length,
        place = [Math.min(px, left + x._length), Math.min(Math.max(py, y._offset), bottom)];
      path += `${path ? "L" : "M"}${place.map((v) => v.toFixed(1))}`;
    }
    return path;
  }

  /** Jump to the iteration that was clicked at. */
  clicked([px]) {
    const x = this.plot._fullLayout?.xaxis;
    if (!x) return;
    const share = (px - x._offset) / x._length;
    if (share > -0.05 && share < 1.05) this.onJump(Math.round(x.range[0] + share * (x.range[1] - x.range[0])));
  }

  destroy() {
    this.destroyed = true;
    clearTimeout(this.timer);
    this.observer.disconnect();
    this.stopPress();
    if (this.drawn) this.plotly.purge(this.plot);
  }
}

/** A range that the first few very low values do not ruin; `whole` shows every value. */
export function readable(values, whole) {
  if (!values.length) return { range: [0, 1] };
  const high = Math.max(...values),
    low = whole || values.length < 8 ? Math.min(...values) : quantile(values, 0.08);
  const pad = (high - low) * 0.1 || Math.max(1e-6, Math.abs(high) * 1e-3);
  return { range: [low - pad, high + pad] };
}
