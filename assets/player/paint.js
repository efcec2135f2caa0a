// The moving picture: one canvas under the transparent Plotly plot.
import { contourLoops, ellipse, gaussian1, mixtureGrid } from "./maths.js";
import { FLOOR, HIGHEST, LOWEST, outlines, pointLook } from "./style.js";
import { Layer, Sprites } from "./sprites.js";

export const CELLS = 80;

/** Grid over the visible axes: CELLS + 1 nodes each way, and `margin` more on every side. */
export function visibleGrid(view, margin = 0) {
  const dx = (view.x[1] - view.x[0]) / CELLS, dy = (view.y[1] - view.y[0]) / CELLS, n = CELLS + 1 + 2 * margin;
  return { x0: view.x[0] - margin * dx, dx, nx: n, y0: view.y[0] - margin * dy, dy, ny: n };
}

/** Density in powers of two of the unit: between levels this is nearly quadratic, so contours are smooth on a coarse grid. */
export function logDensity(gaussians, grid, unit, out) {
  const z = mixtureGrid(gaussians, grid, out);
  for (let k = 0; k < z.length; k++) z[k] = Math.max(FLOOR, Math.log2(z[k] / unit));
  return z;
}

/** Mixture density of a 1-D scene and of each of its Gaussians, on `count` places. */
export function densityLines(scene, view, count = 400) {
  const x = Float64Array.from({ length: count + 1 }, (_, i) => view.x[0] + i / count * (view.x[1] - view.x[0]));
  const parts = scene.gaussians.map((g) => x.map((at) => gaussian1(g, at)));
  return { x, parts, total: x.map((_, i) => parts.reduce((sum, part) => sum + part[i], 0)) };
}

export class Painter {
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    this.sprites = new Sprites();
    this.means = new Sprites();
    this.layer = new Layer();
  }

  /** Paint a scene; view is { width, height, left, top, w, h, x: [from, to], y: [from, to] } in CSS pixels and axis units. */
  paint(fixed, style, scene, view) {
    const { canvas, pen } = this, scale = Math.min(devicePixelRatio || 1, 2);
    const width = Math.round(view.width * scale), height = Math.round(view.height * scale);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, view.width, view.height);
    pen.save();
    pen.beginPath();
    pen.rect(view.left, view.top, view.w, view.h);
    pen.clip();
    const to = { x: (v) => view.left + (v - view.x[0]) / (view.x[1] - view.x[0]) * view.w, y: (v) => view.top + (view.y[1] - v) / (view.y[1] - view.y[0]) * view.h };
    if (fixed.dimension === 2) {
      this.bands(style, scene, view);
      this.points(fixed, style, scene, to, scale);
      this.ellipses(style, scene, to, scale);
    } else {
      this.bars(fixed, style, to);
      this.lines(style, scene, view, to);
      this.points(fixed, style, scene, to, scale);
    }
    pen.restore();
  }

  bands(style, scene, view) {
    const grid = visibleGrid(view, 1), { nx, ny } = grid, { pen } = this;
    this.z = logDensity(scene.gaussians, grid, style.unit, this.z?.length === nx * ny ? this.z : undefined);
    for (let i = 0; i < nx; i++) this.z[i] = this.z[(ny - 1) * nx + i] = FLOOR;      // close every contour outside the plot
    for (let j = 0; j < ny; j++) this.z[j * nx] = this.z[j * nx + nx - 1] = FLOOR;
    const sx = view.w / CELLS, sy = view.h / CELLS, left = view.left - sx, bottom = view.top + view.h + sy;
    pen.strokeStyle = style.contour.color;
    pen.lineWidth = style.contour.width;
    for (let level = LOWEST; level <= HIGHEST; level++) {
      const loops = contourLoops(this.z, nx, ny, level);
      if (!loops.length) break;
      const path = new Path2D();
      for (const loop of loops) {
        path.moveTo(left + loop[0] * sx, bottom - loop[1] * sy);
        for (let i = 2; i < loop.length; i += 2) path.lineTo(left + loop[i] * sx, bottom - loop[i + 1] * sy);
        path.closePath();
      }
      pen.fillStyle = style.bands[level - LOWEST + 1];
      pen.fill(path);
      pen.stroke(path);
    }
  }

  points(fixed, style, scene, to, scale) {
    const { sprites, layer } = this, { x, y } = fixed.points, base = to.y(0), { labels, confidence, focus } = scene, known = new Map();
    sprites.prepare(style.points, scale);
    layer.clear(this.canvas.width, this.canvas.height);
    for (let i = 0; i < x.length; i++) {
      const code = labels ? labels[i] * 256 + confidence[i] : -1;
      if (!known.has(code)) {
        const [colour, symbol] = pointLook(style, scene, i), apart = focus !== null && labels && labels[i] !== focus;
        known.set(code, sprites.get(symbol, colour, apart ? .12 : style.points.opacity));
      }
      layer.stamp(known.get(code), sprites.side, to.x(x[i]) * scale, (y ? to.y(y[i]) : base) * scale);
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

  ellipses(style, scene, to, scale) {
    const { pen } = this, drawn = outlines(scene);
    for (const { g, owner, opacity, deviations } of drawn) {
      pen.globalAlpha = opacity;
      pen.strokeStyle = style.colours.of(owner);
      for (const sd of deviations) {
        const [xs, ys] = ellipse(g, sd);
        pen.lineWidth = style.ellipse.width / sd;
        pen.beginPath();
        for (let i = 0; i < xs.length; i++) pen.lineTo(to.x(xs[i]), to.y(ys[i]));
        pen.stroke();
      }
    }
    pen.globalAlpha = 1;
    this.means.prepare(style.means, scale);
    this.layer.clear(this.canvas.width, this.canvas.height);
    for (const { g, owner, opacity } of drawn) {
      this.layer.stamp(this.means.get(style.means.symbol, style.colours.of(owner), opacity), this.means.side, to.x(g[1]) * scale, to.y(g[2]) * scale);
    }
    this.drop();
  }

  bars(fixed, style, to) {
    const trace = fixed.figures.density.data.find((t) => t.meta?.role === "histogram");
    if (!trace) return;
    const [x, height] = barData(trace), step = x.length > 1 ? x[1] - x[0] : 1;
    this.pen.fillStyle = style.bars.color;
    x.forEach((at, i) => {
      const width = (Array.isArray(trace.width) ? trace.width[i] : trace.width) ?? step * (1 - style.bars.gap);
      this.pen.fillRect(to.x(at - width / 2), to.y(height[i]), to.x(at + width / 2) - to.x(at - width / 2), to.y(0) - to.y(height[i]));
    });
  }

  lines(style, scene, view, to) {
    const { pen } = this, { x, parts, total } = densityLines(scene, view), drawn = new Map(outlines(scene).map((o) => [o.g, o]));
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
    scene.gaussians.forEach((g, k) => {
      const o = drawn.get(g);
      if (o) stroke(parts[k], style.colours.of(o.owner), style.ellipse.width, o.opacity);
    });
    pen.globalAlpha = 1;
  }
}

/** x and y of a bar trace; Plotly's JSON may hold them as { bdata, dtype }. */
export function barData(trace) {
  return [trace.x, trace.y].map(plain);
}

const TYPES = { f8: Float64Array, f4: Float32Array, i8: BigInt64Array, i4: Int32Array, i2: Int16Array, i1: Int8Array, u4: Uint32Array, u2: Uint16Array, u1: Uint8Array };

/** A plain array of a Plotly data array. */
export function plain(values) {
  if (!values?.bdata) return Array.from(values || []);
  const raw = Uint8Array.from(atob(values.bdata), (c) => c.charCodeAt(0));
  return Array.from(new TYPES[values.dtype](raw.buffer), Number);
}
