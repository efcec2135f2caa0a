// The density panel: a canvas while things move, a Plotly figure once they stand still.
import { html, write } from "./dom.js";
import { plain, Painter } from "./paint.js";
import { gaussian1, range } from "./maths.js";
import { MOST_DRAWN, pictureStyle, role } from "./style.js";
import { hoverOnly, stillTraces } from "./still.js";
import { themed } from "./theme.js";

const STILL_AFTER = 150;      // milliseconds without movement
const MOST_MARKERS = 500;     // beyond, Plotly's SVG takes 100 ms and more: the canvas stays and Plotly answers to the mouse
export const CONFIG = { displaylogo: false, showSendToCloud: false, showTips: false, responsive: false, scrollZoom: false, modeBarButtonsToRemove: ["select2d", "lasso2d", "toImage", "autoScale2d"] };
/** On a touch screen a finger scrolls the page; the plot does not catch it. */
export const coarse = () => matchMedia("(pointer: coarse)").matches;
const MARGIN = { l: 56, r: 12, t: 8, b: 44 };

export class Picture {
  constructor(panel) {
    this.canvas = html("canvas", { "aria-hidden": "true" });
    this.plot = html("div", { class: "em-plot" });
    this.note = html("p", { class: "em-note" });
    this.frame = html("div", { class: "em-picture", role: "img", "aria-label": "Density and points" }, this.canvas, this.plot, this.note);
    panel.append(this.frame);
    this.painter = new Painter(this.canvas);
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(this.frame);
    this.moving = true;
    this.hold = () => false;      // whether the player keeps the picture moving
    this.chain = Promise.resolve();
  }

  /** New static part, theme or both. */
  dress(fixed, theme, plotly) {
    const run = fixed !== this.fixed;
    Object.assign(this, { fixed, plotly });
    this.style = pictureStyle(fixed, theme);
    this.layout = this.makeLayout(theme);
    if (run && this.axes !== this.layout.uirevision) this.drawn = false;
    this.axes = this.layout.uirevision;
    if (this.scene) this.show(this.scene);
  }

  makeLayout(theme) {
    const { figures, points, dimension } = this.fixed, layout = themed(figures.density.layout, theme);
    const x = layout.xaxis?.range || range(points.x, .08), y = layout.yaxis?.range || (dimension === 2 ? range(points.y, .08) : [0, this.tallest()]);
    const axis = (given, span) => ({ ...given, range: [...span], autorange: false, showgrid: false, zeroline: false, automargin: false, constrain: undefined, scaleanchor: undefined });
    return {
      ...layout, xaxis: axis(layout.xaxis, x), yaxis: axis(layout.yaxis, y), showlegend: false, autosize: true, width: undefined, height: undefined, hovermode: "closest", title: undefined,
      margin: { ...MARGIN, ...layout.margin }, dragmode: coarse() ? false : "zoom", uirevision: JSON.stringify([x, y, layout.xaxis?.title]),
    };
  }

  /** Top of the 1-D axis: room for the histogram and for a density somewhat taller. */
  tallest() {
    const bars = role(this.fixed.figures.density, "histogram")[0];
    return 1.25 * Math.max(...(bars ? plain(bars.y) : [1]));
  }

  /** Plotly has been loaded. */
  plotlyReady(plotly) {
    this.plotly = plotly;
    if (this.scene) this.settleSoon(0);
  }

  /** Paint a scene now; the Plotly figure follows when nothing has moved for a moment. */
  show(scene) {
    this.scene = scene;
    this.setMoving(true);
    if (this.fixed.dimension === 1) this.makeRoom();
    this.repaint();
    write(this.note, this.remark());
    this.settleSoon(STILL_AFTER);
  }

  remark() {
    const { n, shown } = this.fixed, paths = this.scene.gaussians.length, number = (v) => v.toLocaleString("en-GB");
    return [shown < n && `${number(shown)} of ${number(n)} points shown`, paths > MOST_DRAWN && `${MOST_DRAWN} of ${number(paths)} paths drawn`].filter(Boolean).join(" · ");
  }

  /** Raise the 1-D axis when a component grows sharper than it is tall. */
  makeRoom() {
    const { gaussians } = this.scene, top = this.layout.yaxis.range[1], peak = Math.max(...gaussians.map((at) => gaussians.reduce((sum, g) => sum + gaussian1(g, at[1]), 0)));
    if (!(peak > top)) return;
    const range = this.layout.yaxis.range = [0, 1.25 * peak];
    if (!this.drawn || this.zoomed()?.[1][1] !== top) return;
    this.quiet = true;
    Promise.resolve(this.plotly.relayout(this.plot, { "yaxis.range": [...range] })).then(() => { this.quiet = false; });
  }

  repaint() {
    const view = this.view();
    if (this.scene && view) this.painter.paint(this.fixed, this.style, this.scene, view);
  }

  setMoving(moving) {
    this.moving = moving;
    this.frame.classList.toggle("em-moving", moving);
  }

  settleSoon(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), delay);
  }

  /** Turn into the Plotly figure, unless the player plays, a component is held out, or the range is dragged. */
  settle() {
    if (!this.plotly || this.destroyed || !this.frame.isConnected || !this.frame.clientWidth) return;
    const held = this.hold() || this.scene.focus !== null;
    if (held && this.drawn) return;
    const scene = this.scene, layout = structuredClone(this.layout), many = this.fixed.points.x.length > MOST_MARKERS;
    const filled = held ? [] : stillTraces(this.fixed, this.style, scene, this.view()), traces = many ? hoverOnly(filled) : filled;
    const fresh = !this.drawn, current = this.zoomed();
    if (!fresh && current) [layout.xaxis.range, layout.yaxis.range] = current;
    const config = { ...CONFIG, displayModeBar: coarse() ? false : "hover" };
    this.drawn = true;
    this.quiet = true;
    const done = fresh ? this.plotly.newPlot(this.plot, traces, layout, config) : this.plotly.react(this.plot, traces, layout, config);
    Promise.resolve(done).then(() => {
      this.quiet = false;
      if (this.destroyed) return this.plotly.purge(this.plot);
      if (fresh) this.listen();
      if (this.scene !== scene || held) return this.repaint();      // margins are known now
      this.setMoving(false);
      this.frame.classList.toggle("em-many", many);
    });
  }

  listen() {
    this.plot.removeAllListeners?.("plotly_relayouting");
    this.plot.removeAllListeners?.("plotly_relayout");
    this.plot.on("plotly_relayouting", () => this.zooming());
    this.plot.on("plotly_relayout", (change) => !this.quiet && /axis\.(range|autorange)/.test(Object.keys(change).join()) && this.zooming());
    this.plot.on("plotly_doubleclick", () => false);
  }

  zooming() {
    this.setMoving(true);
    this.repaint();
    this.settleSoon(STILL_AFTER);
  }

  /** Ranges that Plotly shows now, or null. */
  zoomed() {
    const full = this.plot._fullLayout;
    return full?.xaxis ? [[...full.xaxis.range], [...full.yaxis.range]] : null;
  }

  /** Where the axes lie, in CSS pixels. */
  view() {
    const { clientWidth: width, clientHeight: height } = this.frame, { margin: m } = this.layout || {}, full = this.drawn && this.plot._fullLayout;
    if (!width || !height || !m) return null;
    if (full?.xaxis?._length) {
      const { xaxis: x, yaxis: y } = full;
      return { width, height, left: x._offset, top: y._offset, w: x._length, h: y._length, x: x.range.map(Number), y: y.range.map(Number) };
    }
    return { width, height, left: m.l, top: m.t, w: width - m.l - m.r, h: height - m.t - m.b, x: this.layout.xaxis.range, y: this.layout.yaxis.range };
  }

  resized() {
    cancelAnimationFrame(this.resizing);
    this.resizing = requestAnimationFrame(() => {
      if (this.destroyed || !this.scene || !this.frame.clientWidth) return;
      this.setMoving(true);
      Promise.resolve(this.drawn ? this.plotly.Plots.resize(this.plot) : null).then(() => { this.repaint(); this.settleSoon(STILL_AFTER); });
    });
  }

  /** PNG of the still figure as a data URL. */
  async toImage() {
    const { theme } = this.style, layout = { ...structuredClone(this.layout), paper_bgcolor: theme.background, plot_bgcolor: theme.background, title: { text: this.fixed.title, font: { size: 15, color: theme.text } } };
    layout.margin = { ...layout.margin, t: 48, r: 24 };
    const current = this.zoomed();
    if (current) [layout.xaxis.range, layout.yaxis.range] = current;
    const view = { ...this.view(), x: layout.xaxis.range, y: layout.yaxis.range };
    return this.plotly.toImage({ data: stillTraces(this.fixed, this.style, this.scene, view), layout }, { format: "png", width: 800, height: 600, scale: 2 });
  }

  destroy() {
    this.destroyed = true;
    clearTimeout(this.timer);
    this.observer.disconnect();
    if (this.drawn) this.plotly.purge(this.plot);
  }
}
