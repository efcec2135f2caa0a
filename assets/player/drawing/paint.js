// The moving picture: one canvas under the transparent Plotly plot.
import { contourLoops, rim } from "../maths/contours.js";
import { densityLines, logDensity, visibleGrid } from "../maths/field.js";
import { FLOOR, HIGHEST, LOWEST } from "../maths/levels.js";
import { arrowStrokes } from "./arrows.js";
import { Layer, level, LEVELS, Sprites } from "./sprites.js";
import { outlines, pointLook, pointOrder, role, standOut, sureLook, sureness } from "./style.js";

export class Painter {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    this.sprites = new Sprites();
    this.means = new Sprites();
    this.layer = new Layer();
  }

  /**
   * Paint a scene; view is { width, height, left, top, w, h } in CSS pixels and { x, y }: [from, to] in axis units.
   * @param {import("../wire/types.d.ts").Fixed} fixed
   * @param {import("./style.js").Style} style
   */
  paint(fixed, style, scene, view) {
    const { canvas, pen } = this,
      scale = Math.min(devicePixelRatio || 1, 2);
    const width = Math.round(view.width * scale),
      height = Math.round(view.height * scale);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, view.width, view.height);
    pen.save();
    pen.beginPath();
    pen.rect(view.left, view.top, view.w, view.h);
    pen.clip();
    const to = {
      x: (v) => view.left + ((v - view.x[0]) / (view.x[1] - view.x[0])) * view.w,
      y: (v) => view.top + ((view.y[1] - v) / (view.y[1] - view.y[0])) * view.h,
    };
    if (fixed.dimension === 2) {
      this.bands(style, scene, view);
      this.points(style, scene, to, scale);
      this.ellipses(style, scene, to, scale, view);
    } else {
      this.bars(fixed, style, to);
      this.lines(style, scene, view, to);
      this.points(style, scene, to, scale);
    }
    pen.restore();
  }

  bands(style, scene, view) {
    const grid = visibleGrid(view, 1, scene);
    const { nx, ny } = grid;
    this.z = logDensity(scene, grid, style.unit, this.z?.length === nx * ny ? this.z : undefined);
    rim(this.z, grid, FLOOR); // close every contour outside the plot
    for (let level = LOWEST; level <= HIGHEST; level++) {
      const loops = contourLoops(this.z, nx, ny, level);
      if (!loops.length) break;
      this.region(loops, grid, style, view, style.bands[level - LOWEST + 1]);
    }
  }

  /** Fill and outline what closed loops hold, in cells of a visible grid with a margin of one. */
  region(loops, { nx, ny }, style, view, fill) {
    const { pen } = this;
    const [sx, sy] = [view.w / (nx - 3), view.h / (ny - 3)];
    const [left, bottom] = [view.left - sx, view.top + view.h + sy];
    const path = new Path2D();
    for (const loop of loops) {
      path.moveTo(left + loop[0] * sx, bottom - loop[1] * sy);
      for (let i = 2; i < loop.length; i += 2) path.lineTo(left + loop[i] * sx, bottom - loop[i + 1] * sy);
      path.closePath();
    }
    Object.assign(pen, { fillStyle: fill, strokeStyle: style.contour.color, lineWidth: style.contour.width });
    pen.fill(path);
    pen.stroke(path);
  }

  points(style, scene, to, scale) {
    const { sprites, layer } = this;
    const { labels, confidence, emphasis, points } = scene;
    const base = to.y(0);
    const known = new Map();
    sprites.prepare(style.points, scale);
    layer.clear(this.canvas.width, this.canvas.height);
    for (const i of pointOrder(scene)) {
      const step = emphasis ? level(emphasis[i]) : LEVELS;
      const code = labels ? (step * 256 + labels[i]) * 256 + confidence[i] : -1;
      if (!known.has(code)) {
        const [colour, symbol] = pointLook(style, scene, i);
        const [opacity, size] = sureLook(sureness(style, scene, i));
        known.set(code, sprites.get(symbol, colour, style.points.opacity * standOut(step) * opacity, size));
      }
      const y = points.y ? to.y(points.y[i]) : base;
      layer.stamp(known.get(code), sprites.side, to.x(points.x[i]) * scale, y * scale);
    }
    this.drop();
  }

  /** Draw the layer of sprites, device pixel on device pixel. */
  drop() {
    this.pen.save();
    this.pen.setTransform(1, 0, 0, 1, 0, 0);
    this.layer.drawOn(this.pen);
    this.pen.restore();
  }

  ellipses(style, scene, to, scale, view) {
    const { pen, means } = this;
    const drawn = outlines(scene);
    const line = (xs, ys) => {
      pen.beginPath();
      for (let i = 0; i < xs.length; i++) {
        if (xs[i] === null) continue;
        if (i && xs[i - 1] !== null) pen.lineTo(to.x(xs[i]), to.y(ys[i]));
        else pen.moveTo(to.x(xs[i]), to.y(ys[i]));
      }
      pen.stroke();
    };
    for (const { owner, opacity, rings } of drawn) {
      pen.globalAlpha = opacity;
      pen.strokeStyle = style.colours.of(owner);
      pen.setLineDash(style.dash(owner));
      for (const { sd, loops } of rings) {
        pen.lineWidth = style.ellipse.width / sd;
        for (const [xs, ys] of loops) line(xs, ys);
      }
    }
    pen.setLineDash([]);
    const skewed = drawn.filter(({ arrow }) => arrow);
    pen.strokeStyle = style.arrow.color;
    pen.lineWidth = style.arrow.width;
    for (const { arrow, opacity } of skewed) {
      pen.globalAlpha = opacity;
      line(...arrowStrokes(arrow, view, style.means.size / 2));
    }
    pen.globalAlpha = 1;
    means.prepare(style.means, scale);
    this.layer.clear(this.canvas.width, this.canvas.height);
    for (const { g, owner, opacity } of drawn) {
      const sprite = means.get(style.means.symbol, style.colours.of(owner), opacity);
      this.layer.stamp(sprite, means.side, to.x(g[1]) * scale, to.y(g[2]) * scale);
    }
    this.drop();
    for (const { arrow, owner, opacity } of skewed) {
      pen.globalAlpha = opacity;
      pen.beginPath();
      pen.arc(to.x(arrow[0]), to.y(arrow[1]), style.location.size / 2, 0, 2 * Math.PI);
      Object.assign(pen, { fillStyle: style.location.fill, strokeStyle: style.colours.of(owner) });
      pen.lineWidth = style.location.width;
      pen.fill();
      pen.stroke();
    }
    pen.globalAlpha = 1;
  }

  bars(fixed, style, to) {
    const { x, y: height, width: widths } = role(fixed.figures.density, "histogram");
    this.pen.fillStyle = style.bars.color;
    x.forEach((at, i) => {
      const width = widths[i];
      this.pen.fillRect(
        to.x(at - width / 2),
        to.y(height[i]),
        to.x(at + width / 2) - to.x(at - width / 2),
        to.y(0) - to.y(height[i]),
      );
    });
  }

  lines(style, scene, view, to) {
    const { pen } = this;
    const { x, parts, total } = densityLines(scene, view);
    const stroke = (values, colour, width, opacity) => {
      pen.globalAlpha = opacity;
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.beginPath();
      for (let i = 0; i < x.length; i++) pen.lineTo(to.x(x[i]), to.y(values[i]));
      pen.stroke();
    };
    pen.lineJoin = "round";
    stroke(total, style.curve.color, style.curve.width, 1);
    for (const { index, owner, opacity } of outlines(scene)) {
      pen.setLineDash(style.dash(owner));
      stroke(parts.get(index), style.colours.of(owner), style.ellipse.width, opacity);
    }
    pen.setLineDash([]);
    pen.globalAlpha = 1;
  }
}
