// The density panel: a canvas while things move, a Plotly figure once they stand still.
import { firstAxes, grown, nearest } from "../drawing/axes.js";
import { html, onPress, write } from "../drawing/dom.js";
import { Painter } from "../drawing/paint.js";
import { fitted, pictureConfig, pictureLayout, pictureMargin, savedPicture } from "../drawing/picture_layout.js";
import { hoverOnly, stillTraces } from "../drawing/still.js";
import { MOST_DRAWN, pictureStyle } from "../drawing/style.js";
import { themed } from "../drawing/theme.js";
import { axesUnit } from "../maths/levels.js";
import { seconds } from "../maths/text.js";

const STILL_AFTER = 150; // milliseconds without movement
const SLOW = 0.05; // seconds of a step that are worth telling
// Beyond, Plotly's SVG takes 100 ms and more: the canvas stays and Plotly answers to the mouse.
const MOST_MARKERS = 500;

/** @import { Fixed } from "../wire/types.d.ts" */

export class DensityPicture {
  /** `hold()` says whether the player keeps the picture moving, `pick(i)` takes the point clicked at, or null. */
  constructor(panel, { hold, pick }) {
    this.hold = hold;
    /** @type {Fixed} */
    this.fixed = null;
    /** @type {string} */
    this.key = null; // of the axes at the start of a run
    /** @type {object} */
    this.config = null;
    this.canvas = html("canvas", { "aria-hidden": "true" });
    this.plot = html("div", { class: "em-plot" });
    this.ring = html("div", { class: "em-ring" });
    this.note = html("p", { class: "em-note" });
    const name = { role: "figure", "aria-label": "Density and points" };
    this.frame = html("div", { class: "em-picture", ...name }, this.canvas, this.plot, this.ring, this.note);
    panel.append(this.frame);
    this.painter = new Painter(this.canvas);
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(this.frame);
    /** @type {(place: number[]) => boolean} */
    this.answer = null; // takes a press in the place of picking, while a question is open in a room
    /** @type {(view: ReturnType<DensityPicture["view"]>) => void} */
    this.overlook = null; // draws over the picture
    /** @type {import("./hands.js").Hands} */
    this.hands = null; // take components in hand
    /** @type {import("../wire/history.js").Scene} */
    this.drafted = null; // what is shown in the place of the scene, while a component is pulled
    const press = (place) => this.scene && !this.hands?.takes && !this.answer?.(place) && pick(nearest(this.scene.points, place, this.view()));
    this.stopPress = onPress(this.frame, press);
    this.moving = true;
  }

  /**
   * New static part, theme or both.
   * @param {Fixed} fixed
   * @param {import("../drawing/theme.js").Theme} theme
   */
  dress(fixed, theme, plotly) {
    const run = fixed !== this.fixed;
    Object.assign(this, { fixed, plotly });
    if (run) {
      const first = firstAxes(fixed);
      const key = JSON.stringify([first, fixed.figures.density.layout.xaxis?.title]);
      if (this.key !== key) this.drawn = false;
      Object.assign(this, { key, axes: first, scene: null });
    }
    this.style = { ...pictureStyle(fixed, theme), uncertain: this.uncertain };
    this.skeleton = themed(fixed.figures.density.layout, theme);
    this.dressed = false;
    if (this.scene) this.show(this.scene);
  }

  /** The skeleton's layout with the run's axes. */
  get layout() {
    return pictureLayout(this.skeleton, this.axes, this.margin, this.key);
  }

  get margin() {
    return pictureMargin(this.skeleton, this.axes, this.style.theme);
  }

  /** Plotly has been loaded. */
  plotlyReady(plotly) {
    this.plotly = plotly;
    if (this.scene) this.settleSoon(0);
  }

  /** Paint a scene now; the Plotly figure follows when nothing has moved for a moment. */
  show(scene) {
    if (scene.shape !== this.scene?.shape) this.drafted = null;
    this.scene = scene;
    this.setMoving(true);
    this.makeRoom();
    if (!this.drawn || !this.dressed) this.settle(true); // else new points would stand on the axes of the run before
    this.repaint();
    write(this.note, this.remark());
    this.settleSoon(STILL_AFTER);
  }

  remark() {
    const { fitted, shown } = this.fixed;
    const paths = this.scene.gaussians.length;
    const number = (v) => v.toLocaleString("en-GB");
    const points = shown < fitted && `a sample of ${number(shown)} of ${number(fitted)} rows`;
    const { took } = this.scene.row;
    const step = took >= SLOW && `${seconds(took)} a step`;
    const drawn = paths > MOST_DRAWN && `${MOST_DRAWN} of ${number(paths)} paths drawn`;
    return [points, drawn, step].filter(Boolean).join(" · ");
  }

  /** Whether uncertainty is to be shown. */
  reveal(uncertain) {
    this.uncertain = uncertain;
    if (this.style) this.style.uncertain = uncertain;
    if (this.scene) this.show(this.scene);
  }

  /** Let the axes grow where the scene needs it. */
  makeRoom() {
    this.widen(grown(this.axes, this.scene, this.fixed));
  }

  /** Take wider axes; a zoomed picture stays as it is. */
  widen(axes) {
    const before = this.axes;
    this.axes = axes;
    if (this.fixed.movingPoints) this.style.unit = axesUnit(this.axes);
    const now = this.drawn && this.zoomed();
    if (this.axes === before || !now) return;
    const whole = [before.x, before.y].every((span, a) => span.every((v, end) => v === now[a][end]));
    if (whole) this.home();
  }

  /** Show all of the axes. */
  home() {
    this.quiet = true;
    const { x, y } = this.axes;
    const done = this.plotly.relayout(this.plot, { "xaxis.range": [...x], "yaxis.range": [...y] });
    Promise.resolve(done).then(() => (this.quiet = false));
  }

  repaint() {
    const view = this.view();
    if (!this.scene || !view) return;
    this.painter.paint(this.fixed, this.style, this.drafted ?? this.scene, view);
    this.encircle(view);
    this.hands?.draw(view);
    this.overlook?.(view);
  }

  /** A ring round the picked point. */
  encircle(view) {
    const { picked, points } = this.scene;
    this.ring.hidden = picked == null;
    if (picked == null) return;
    const px = view.left + ((points.x[picked] - view.x[0]) / (view.x[1] - view.x[0])) * view.w;
    const y = points.y ? points.y[picked] : 0;
    const py = view.top + ((view.y[1] - y) / (view.y[1] - view.y[0])) * view.h;
    const inside = px >= view.left && px <= view.left + view.w && py >= view.top && py <= view.top + view.h;
    this.ring.hidden = !inside;
    this.ring.style.transform = `translate(${px.toFixed(1)}px, ${py.toFixed(1)}px)`;
  }

  /** Show another shape of the scene for a moment, by the canvas alone; null: the scene is shown again. */
  preview(shape) {
    if (!shape && !this.drafted) return;
    this.drafted = shape && { ...this.scene, shape, gaussians: this.scene.kept.map((p) => shape.gaussians[p]) };
    this.setMoving(true);
    this.repaint();
    if (!shape) this.settleSoon(STILL_AFTER);
  }

  setMoving(moving) {
    this.moving = moving;
    this.frame.classList.toggle("em-moving", moving);
  }

  settleSoon(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), delay);
  }

  /**
   * Turn into the Plotly figure; `bare`, while the player plays or a component is held out, into its axes alone, under the canvas.
   */
  settle(bare = false) {
    if (!this.plotly || !this.scene || this.destroyed || !this.frame.isConnected || !this.frame.clientWidth) return;
    const held = bare || this.hold() || this.drafted !== null || this.scene.focus !== null;
    if (held && this.drawn && this.dressed) return;
    const { scene } = this;
    const layout = fitted(this.layout, this.frame);
    const many = scene.points.x.length > MOST_MARKERS;
    const filled = held ? [] : stillTraces(this.fixed, this.style, scene, this.view());
    const traces = many ? hoverOnly(filled) : filled;
    const fresh = !this.drawn;
    const current = this.zoomed();
    if (!fresh && current) [layout.xaxis.range, layout.yaxis.range] = current;
    const config = (this.config ||= pictureConfig(this.plotly, () => this.whole())); // another would build the plot anew
    this.drawn = this.dressed = true;
    this.quiet = true;
    const done = fresh
      ? this.plotly.newPlot(this.plot, traces, layout, config)
      : this.plotly.react(this.plot, traces, layout, config);
    Promise.resolve(done).then(() => {
      this.quiet = false;
      if (this.destroyed) return this.plotly.purge(this.plot);
      if (fresh) this.listen();
      if (this.scene !== scene || held || this.drafted) return this.repaint(); // margins are known now
      this.setMoving(false);
      this.frame.classList.toggle("em-many", many);
    });
  }

  listen() {
    this.plot.removeAllListeners?.("plotly_relayouting");
    this.plot.removeAllListeners?.("plotly_relayout");
    this.plot.on("plotly_relayouting", () => this.zooming());
    this.plot.on(
      "plotly_relayout",
      (change) => !this.quiet && /axis\.(range|autorange)/.test(Object.keys(change).join()) && this.zooming(),
    );
    this.plot.removeAllListeners?.("plotly_doubleclick");
    this.plot.on("plotly_doubleclick", () => this.whole());
  }

  /** Leave any zoom. */
  whole() {
    this.home();
    this.zooming();
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
    const { clientWidth: width, clientHeight: height } = this.frame,
      { margin: m } = this.skeleton ? this : {},
      full = this.drawn && this.plot._fullLayout;
    if (!width || !height || !m) return null;
    if (full?.xaxis?._length) {
      const { xaxis: x, yaxis: y } = full;
      const ranges = { x: x.range.map(Number), y: y.range.map(Number) };
      return { width, height, left: x._offset, top: y._offset, w: x._length, h: y._length, ...ranges };
    }
    return {
      width,
      height,
      left: m.l,
      top: m.t,
      w: width - m.l - m.r,
      h: height - m.t - m.b,
      x: this.axes.x,
      y: this.axes.y,
    };
  }

  resized() {
    cancelAnimationFrame(this.resizing);
    this.resizing = requestAnimationFrame(() => {
      if (this.destroyed || !this.scene || !this.plot.clientWidth) return; // Plotly refuses to resize what is not displayed
      this.setMoving(true);
      Promise.resolve(this.drawn ? this.plotly.Plots.resize(this.plot) : null).then(() => {
        this.repaint();
        this.settleSoon(STILL_AFTER);
      });
    });
  }

  /** PNG of the still figure as a data URL. */
  async toImage() {
    const { layout } = this;
    const current = this.zoomed();
    if (current) [layout.xaxis.range, layout.yaxis.range] = current;
    const view = { ...this.view(), x: layout.xaxis.range, y: layout.yaxis.range };
    const traces = stillTraces(this.fixed, this.style, this.scene, view);
    return savedPicture(this.plotly, traces, layout, { theme: this.style.theme, title: this.fixed.title });
  }

  destroy() {
    this.destroyed = true;
    clearTimeout(this.timer);
    this.observer.disconnect();
    this.stopPress();
    if (this.drawn) this.plotly.purge(this.plot);
  }
}
