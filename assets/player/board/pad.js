// The surface that is drawn on: a canvas with axes, by mouse, touch and keys.
import { attribute, html } from "../drawing/dom.js";
import { OUTLINES } from "../drawing/sprites.js";
import { piled, ticks } from "./axes.js";
import { axesOf, STEPS } from "./text.js";

const [LEFT, BOTTOM, MARGIN] = [34, 20, 8]; // pixels round the board
const [STEP, FAR] = [0.01 * STEPS, 0.1 * STEPS]; // of an arrow key
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class Pad {
  /** `act` is the board: free, able, tool, drawing, theme, colours, symbols, and what is called below. */
  constructor(act) {
    this.act = act;
    /** @type {number} */
    this.finger = null; // the pointer that draws
    /** @type {number[]} */
    this.place = null; // where pointer or cursor are
    this.byKeys = false;
    this.cursor = [STEPS / 2, STEPS / 2]; // where keys have led last
    this.canvas = html("canvas", { "aria-hidden": "true" });
    this.root = html("div", { class: "em-pad", tabindex: 0, role: "application" }, this.canvas);
    const on = (name, take) => this.root.addEventListener(name, take);
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.up(event));
    on("pointercancel", (event) => this.up(event, true));
    on("pointerleave", () => this.leave());
    on("keydown", (event) => this.key(event));
    on("focus", () => this.focused());
    on("blur", () => this.byKeys && this.at(null));
    this.observer = new ResizeObserver(() => this.paint());
    this.observer.observe(this.root);
  }

  /** The board in pixels. */
  get frame() {
    const { clientWidth: width, clientHeight: height } = this.root;
    return { left: LEFT, top: MARGIN, w: Math.max(1, width - LEFT - MARGIN), h: Math.max(1, height - MARGIN - BOTTOM) };
  }

  placeOf(event) {
    const { left, top } = this.root.getBoundingClientRect();
    const { frame } = this;
    return [((event.clientX - left - frame.left) / frame.w) * STEPS, (1 - (event.clientY - top - frame.top) / frame.h) * STEPS];
  }

  /** Pointer or cursor are at a place, or nowhere. */
  at(place, byKeys = false) {
    Object.assign(this, { place, byKeys });
    if (byKeys) this.cursor = place;
    this.act.looks(place, byKeys);
    this.paint();
  }

  down(event) {
    if (event.button || this.finger !== null || !this.act.able) return;
    this.finger = event.pointerId;
    this.root.setPointerCapture(event.pointerId);
    this.root.focus({ preventScroll: true });
    event.preventDefault();
    this.at(this.placeOf(event));
    this.act.begin(this.place);
  }

  move(event) {
    if (this.finger !== null && this.finger !== event.pointerId) return;
    if (this.finger === null && event.pointerType === "touch") return;
    this.at(this.placeOf(event));
    if (this.finger !== null) this.act.draw(this.place);
  }

  up(event, cancelled = false) {
    if (this.finger !== event.pointerId) return;
    this.finger = null;
    this.act.end(cancelled);
    if (event.pointerType === "touch") this.at(null);
  }

  leave() {
    if (this.finger === null && !this.byKeys) this.at(null);
  }

  /** Who comes by the keys finds the cursor where it was left, at first in the middle. */
  focused() {
    if (this.root.matches(":focus-visible") && this.finger === null) this.at(this.place ?? this.cursor, true);
  }

  key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !this.act.free) return;
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const act = this.meant(name, event.shiftKey);
    if (!act) return;
    act();
    event.preventDefault();
  }

  /** What a key means. */
  meant(name, shift) {
    const arrow = ARROWS[name];
    if (arrow) return () => this.step(arrow, shift ? FAR : STEP);
    if (name === "Enter" || name === " ") return () => this.press();
    return this.act.meant(name);
  }

  step([x, y], far) {
    const from = this.place ?? this.cursor;
    const to = [from[0] + x * far, from[1] + y * far].map((step) => Math.min(Math.max(step, 0), STEPS));
    this.at(to, true);
  }

  /** The tool is used where the cursor is. */
  press() {
    if (!this.place) this.at(this.cursor, true);
    this.act.begin(this.place);
    this.act.end();
  }

  paint() {
    this.wanted ||= requestAnimationFrame(() => {
      this.wanted = 0;
      this.draw();
    });
  }

  draw() {
    const { drawing, theme } = this.act;
    if (!drawing || !theme || !this.root.clientWidth) return;
    const { canvas, frame } = this;
    const { clientWidth: width, clientHeight: height } = this.root;
    attribute(this.root, "data-axes", axesOf(drawing));
    const scale = devicePixelRatio || 1;
    Object.assign(canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    this.drawAxes(pen);
    const x = (step) => frame.left + (step / STEPS) * frame.w;
    const y = (step) => frame.top + (1 - step / STEPS) * frame.h;
    pen.lineWidth = 1;
    pen.strokeStyle = theme.secondary;
    const size = Math.min(5, Math.max(3.2, frame.w / 110));
    const shapes = this.act.symbols.map((name) => new Path2D(OUTLINES[name](size)));
    const flat = axesOf(drawing) === 1;
    const below = flat ? piled(drawing.points, Math.max(1, Math.floor(frame.w / (2 * size)))) : [];
    const apart = Math.min(2 * size, (frame.h - 2 * size) / Math.max(1, ...below));
    for (const [i, point] of drawing.points.entries()) {
      pen.save();
      pen.translate(x(point.x), flat ? frame.top + frame.h - size - below[i] * apart : y(point.y));
      pen.fillStyle = this.act.colours[point.c];
      pen.fill(shapes[point.c]);
      pen.stroke(shapes[point.c]);
      pen.restore();
    }
    if (this.place) this.drawPlace(pen, x(this.place[0]), y(this.place[1]));
  }

  drawAxes(pen) {
    const { drawing, theme } = this.act;
    const { left, top, w, h } = this.frame;
    const ends = drawing.box.map(Number);
    pen.font = `${11 * theme.scale}px ${theme.font || "sans-serif"}`;
    pen.strokeStyle = theme.grid;
    pen.fillStyle = theme.muted;
    pen.lineWidth = 1;
    const line = (...ways) => {
      pen.beginPath();
      pen.moveTo(ways[0], ways[1]);
      pen.lineTo(ways[2], ways[3]);
      pen.stroke();
    };
    Object.assign(pen, { textAlign: "center", textBaseline: "top" });
    for (const { at, text } of ticks(ends[0], ends[1], Math.max(2, w / 60))) {
      const x = left + (at / STEPS) * w;
      line(x, top, x, top + h);
      pen.fillText(text, x, top + h + 5);
    }
    Object.assign(pen, { textAlign: "right", textBaseline: "middle" });
    if (ends.length === 4)
      for (const { at, text } of ticks(ends[2], ends[3], Math.max(2, h / 60))) {
        const y = top + (1 - at / STEPS) * h;
        line(left, y, left + w, y);
        pen.fillText(text, left - 4, y, left - 6);
      }
    pen.strokeStyle = theme.border;
    pen.strokeRect(left, top, w, h);
  }

  /** Where the pointer is: the reach of brush and eraser, and a cross where keys have led. */
  drawPlace(pen, x, y) {
    const { tool, theme, drawing, colours } = this.act;
    const { top, w, h } = this.frame;
    pen.lineWidth = 1.5;
    pen.strokeStyle = tool.name === "erase" ? theme.text : colours[tool.c];
    pen.setLineDash(tool.name === "erase" ? [4, 3] : []);
    const [across, up] = [w, h].map((pixels) => (tool.radius / STEPS) * pixels);
    pen.beginPath();
    if (tool.name !== "point" && axesOf(drawing) === 2) pen.ellipse(x, y, across, up, 0, 0, 2 * Math.PI);
    else if (tool.name !== "point") pen.rect(x - across, top, 2 * across, h);
    pen.stroke();
    pen.setLineDash([]);
    if (!this.byKeys) return;
    pen.strokeStyle = theme.text;
    pen.beginPath();
    for (const [dx, dy] of [[8, 0], [0, 8]]) {
      pen.moveTo(x - dx, y - dy);
      pen.lineTo(x + dx, y + dy);
    }
    pen.stroke();
  }

  destroy() {
    cancelAnimationFrame(this.wanted);
    this.observer.disconnect();
  }
}
