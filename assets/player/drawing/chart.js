// A Plotly line chart over the iterations, drawn up to the furthest one seen, under a playhead that moves every frame.
import { quantile } from "../maths/ranges.js";
import { roomFor } from "./axes.js";
import { attribute, html, onPress, svg } from "./dom.js";
import { coarse, CONFIG } from "./plotly.js";

/** @import { Row } from "../wire/types.d.ts" */

const EVERY = 100; // milliseconds between updates while moving
const EVERY_TICKED = 8; // iterations; of fewer, each has its tick, and no halves do: as in mixes/plots

/** What lies between the ticks of an axis that ends with this iteration; by default what suits Plotly. */
export const tickOf = (last) => (last < EVERY_TICKED ? 1 : undefined);

/**
 * A subclass knows what there is to draw: ready, behind(at) whether there is more than is drawn, reach(at), traces(),
 * fill() for the layout, and playhead(at), which moves what follows every frame.
 */
export class Chart {
  constructor(panel, onJump) {
    this.drawn = false;
    this.destroyed = false;
    /** @type {import("./theme.js").Theme} */
    this.theme = null;
    /** @type {number} */
    this.at = undefined; // the position that is shown
    this.plot = html("div", { class: "em-plot" });
    this.line = html("div", { class: "em-playhead" });
    this.tails = svg("svg", {});
    this.overlay = html("div", { class: "em-overlay" }, this.tails, this.line);
    this.frame = html("div", { class: "em-curve" }, this.plot, this.overlay);
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
    this.seen = 0; // the last iteration that is drawn
    this.last = 0; // when Plotly last drew, and how many milliseconds it took
    this.cost = 0;
    this.whole = false; // whether every value has to be in sight
    this.own = true; // whether the ranges are the chart's own, not a hand's
  }

  get ready() {
    return false;
  }

  /** @param {number} at */
  behind(at) {
    return false;
  }

  /**
   * What is drawn next counts as drawn.
   * @param {number} at
   */
  reach(at) {}

  /** @returns {object[]} */
  traces() {
    return [];
  }

  /** @returns {object} */
  fill() {
    return {};
  }

  /** @param {number} at */
  playhead(at) {}

  plotlyReady(plotly) {
    this.plotly = plotly;
    this.draw();
  }

  /** The playhead has moved to half-step position `at`. */
  show(at, now) {
    this.at = at;
    this.playhead(at);
    if (!this.behind(at)) return;
    const wait = Math.min(5 * EVERY, Math.max(EVERY, 8 * this.cost)) - (now - this.last);
    clearTimeout(this.timer);
    if (wait <= 0) this.draw();
    else this.timer = setTimeout(() => this.draw(), wait);
  }

  draw() {
    clearTimeout(this.timer);
    if (!this.plotly || !this.ready || this.destroyed || !this.frame.clientWidth) return;
    this.reach(this.at ?? 0);
    const begun = performance.now();
    const config = { ...CONFIG, displayModeBar: false, doubleClick: false };
    const done = this.plotly.react(this.plot, this.traces(), this.fill(), config);
    if (!this.drawn) Promise.resolve(done).then(() => this.listen());
    this.drawn = true;
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

  /** The layout of a chart with these ranges; a zoom made by hand stays. */
  arranged(layout, x, y, margin) {
    const full = this.plot._fullLayout;
    const edges = { ...layout.margin, ...margin };
    if (!this.own && full?.xaxis) [x, y] = [[...full.xaxis.range], [...full.yaxis.range]];
    return {
      ...layout,
      xaxis: { ...layout.xaxis, range: x, autorange: false },
      yaxis: { ...layout.yaxis, range: y, autorange: false, exponentformat: "none" },
      margin: { ...edges, l: roomFor(y, edges.l, this.theme?.scale) },
      separators: ".,",
      autosize: true,
      hovermode: "x",
      hoverdistance: -1,
      dragmode: coarse() ? false : "zoom",
    };
  }

  /** Both axes as Plotly has drawn them, or null. */
  get axes() {
    const { xaxis: x, yaxis: y } = this.plot._fullLayout || {};
    return x?._length ? { x, y } : null;
  }

  moveLine({ x, y }, now) {
    const share = (now - x.range[0]) / (x.range[1] - x.range[0]);
    const px = x._offset + share * x._length;
    this.line.style.transform = `translate(${px.toFixed(1)}px, ${y._offset}px) scaleY(${y._length})`;
    this.line.style.opacity = share > -0.01 && share < 1.01 ? 1 : 0;
  }

  moveDot(dot, { x, y }, now, value) {
    const share = (now - x.range[0]) / (x.range[1] - x.range[0]);
    const rise = (value - y.range[0]) / (y.range[1] - y.range[0]);
    const [px, py] = [x._offset + share * x._length, y._offset + (1 - rise) * y._length];
    dot.style.transform = `translate(${px.toFixed(1)}px, ${py.toFixed(1)}px)`;
    const inside = share > -0.01 && share < 1.01 && rise >= 0 && rise <= 1.01;
    dot.style.opacity = inside ? 1 : 0;
  }

  /**
   * Where a row lies across.
   * @param {Row} row
   */
  place(row) {
    return row.iteration;
  }

  /**
   * Lead an SVG path through the values `of` some rows: the piece of a line that Plotly has not drawn yet.
   * @param {SVGElement} path
   * @param {Row[]} rows
   * @param {(row: Row) => number} of
   */
  tail(path, rows, of, { x, y }) {
    const left = x._offset;
    const bottom = y._offset + y._length;
    const spot = (row) => {
      const px = left + ((this.place(row) - x.range[0]) / (x.range[1] - x.range[0])) * x._length;
      const py = bottom - ((of(row) - y.range[0]) / (y.range[1] - y.range[0])) * y._length;
      return [Math.min(px, left + x._length), Math.min(Math.max(py, y._offset), bottom)].map((v) => v.toFixed(1));
    };
    const spots = rows.filter((row) => Number.isFinite(of(row))).map(spot);
    attribute(path, "d", spots.length > 1 ? `M${spots.join("L")}` : "");
  }

  /** Jump to the iteration that was clicked at. */
  clicked([px]) {
    const { x } = this.axes || {};
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

const FEW = 8; // values that are all in sight

/** A range that the first few very low values do not ruin; `whole` shows every value, and few values of a curve's `own` are shown. */
export function readableRange(values, whole, own = values) {
  if (!values.length) return [0, 1];
  const high = Math.max(...values);
  const readable = values.length < FEW ? Math.min(...values) : quantile(values, 0.08);
  const low = whole ? Math.min(...values) : Math.min(readable, ...(own.length < FEW ? own : []));
  const pad = (high - low) * 0.1 || Math.max(1e-6, Math.abs(high) * 1e-3);
  return [low - pad, high + pad];
}
