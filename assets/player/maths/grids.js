// Component densities that are no Gaussians travel as grids: resampling, levels and outlines. Pure.
import { contourLoops } from "./maths.js";

/** Logarithms to base 2 below this are as good as nothing. */
const NOTHING = -150;

/** log2 of the sum of some components on their own grid. */
export function logSum(parts, size = parts[0].length) {
  const out = new Float64Array(size);
  for (const part of parts) for (let i = 0; i < out.length; i++) out[i] += part[i];
  for (let i = 0; i < out.length; i++) out[i] = Math.max(NOTHING, Math.log2(out[i]));
  return out;
}

/**
 * For each of n places at0 + i step, in nodes of a source of `count`: the first of four neighbours and their
 * Catmull-Rom weights. Half a cell beyond the border still counts as the border; further out `first` is -1.
 */
function taps(at0, step, n, count) {
  const first = new Int32Array(n).fill(-1);
  const weights = new Float64Array(4 * n);
  for (let i = 0; i < n; i++) {
    const place = at0 + i * step;
    if (!(place > -0.5 && place < count - 0.5)) continue;
    const at = Math.min(Math.max(place, 0), count - 1);
    // the neighbours are those of a cell inside; at the border the polynomial of the nearest such cell goes on
    const cell = Math.min(Math.max(Math.floor(at), 1), Math.max(1, count - 3));
    const t = at - cell;
    first[i] = cell - 1;
    weights[4 * i] = (-t + 2 * t * t - t * t * t) / 2;
    weights[4 * i + 1] = (2 - 5 * t * t + 3 * t * t * t) / 2;
    weights[4 * i + 2] = (t + 4 * t * t - 3 * t * t * t) / 2;
    weights[4 * i + 3] = (t * t * t - t * t) / 2;
  }
  return { first, weights };
}

/**
 * Values on one grid (at least four nodes each way), read off on another by cubic interpolation; `floor` outside.
 * Logarithms of densities are nearly quadratic, which this keeps exactly, so that contours stay round when zoomed.
 */
export function resample(values, from, to, floor, out = new Float64Array(to.nx * to.ny)) {
  const across = taps((to.x0 - from.x0) / from.dx, to.dx / from.dx, to.nx, from.nx);
  const rows = from.ny === 1 ? out : new Float64Array(to.nx * from.ny);
  for (let i = 0; i < to.nx; i++) {
    const k = across.first[i];
    const [a, b, c, d] = across.weights.subarray(4 * i, 4 * i + 4);
    for (let j = 0, v = k, r = i; j < from.ny; j++, v += from.nx, r += to.nx) {
      rows[r] = k < 0 ? floor : a * values[v] + b * values[v + 1] + c * values[v + 2] + d * values[v + 3];
    }
  }
  if (from.ny === 1) return out;
  const up = taps((to.y0 - from.y0) / from.dy, to.dy / from.dy, to.ny, from.ny);
  const { nx } = to;
  for (let j = 0; j < to.ny; j++) {
    const k = up.first[j];
    const [a, b, c, d] = up.weights.subarray(4 * j, 4 * j + 4);
    for (let i = 0, r = k * nx, o = j * nx; i < nx; i++, r++, o++) {
      const inside = k >= 0 && across.first[i] >= 0;
      out[o] = inside ? a * rows[r] + b * rows[r + nx] + c * rows[r + 2 * nx] + d * rows[r + 3 * nx] : floor;
    }
  }
  return out;
}

// Cells below this share of the peak are not sorted: together they hold next to nothing.
const FAINT = 1e-3;

/** The density above which the given shares of a component's mass lie: its cells, densest first, summed up. */
export function levelsHolding(values, shares) {
  let [total, peak] = [0, 0];
  for (const v of values) {
    total += v;
    if (v > peak) peak = v;
  }
  const cells = [];
  for (const v of values) if (v > FAINT * peak) cells.push(v);
  const sorted = Float64Array.from(cells).sort();
  let [sum, i] = [0, sorted.length];
  return shares.map((share) => {
    while (i > 0 && sum < share * total) sum += sorted[--i];
    return sorted[i] ?? Infinity;
  });
}

/** Shares of the mass of a bivariate Gaussian within one and two standard deviations. */
export const WITHIN = [1 - Math.exp(-0.5), 1 - Math.exp(-2)];
const FINE = 44; // nodes each way of the grid that outlines are drawn on

/** Smallest block of cells, two more on every side and at least four each way, that holds all values above a level. */
function block(values, { nx, ny }, level) {
  let [left, right, bottom, top] = [nx, -1, ny, -1];
  for (let j = 0, k = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++, k++) {
      if (!(values[k] >= level)) continue;
      if (i < left) left = i;
      if (i > right) right = i;
      if (j < bottom) bottom = j;
      top = j;
    }
  }
  const wide = (from, to, n) => [Math.max(0, Math.min(from - 2, n - 4)), Math.min(n - 1, Math.max(to + 2, 3))];
  return [...wide(left, right, nx), ...wide(bottom, top, ny)];
}

/** Outlines of one component, one list of loops [xs, ys] for each share of its mass. */
export function outlineLoops(values, { x0, dx, nx, y0, dy, ny }, shares = WITHIN) {
  const levels = levelsHolding(values, shares);
  const lowest = Math.min(...levels);
  if (!(lowest > 0 && lowest < Infinity)) return shares.map(() => []);
  const [left, right, bottom, top] = block(values, { nx, ny }, lowest);
  const from = { x0: x0 + left * dx, dx, nx: right - left + 1, y0: y0 + bottom * dy, dy, ny: top - bottom + 1 };
  const part = new Float64Array(from.nx * from.ny);
  for (let j = 0; j < from.ny; j++) {
    part.set(values.subarray((bottom + j) * nx + left, (bottom + j) * nx + right + 1), j * from.nx);
  }
  // the outermost ring lies below every level, so that each loop closes
  const [sx, sy] = [((from.nx - 1) * dx) / (FINE - 1), ((from.ny - 1) * dy) / (FINE - 1)];
  const n = FINE + 2;
  const fine = { x0: from.x0 - sx, dx: sx, nx: n, y0: from.y0 - sy, dy: sy, ny: n };
  const z = resample(logSum([part]), from, fine, 2 * NOTHING);
  for (let i = 0; i < n; i++) z[i] = z[(n - 1) * n + i] = z[i * n] = z[i * n + n - 1] = 2 * NOTHING;
  return levels.map((level) =>
    contourLoops(z, n, n, Math.log2(level)).map((loop) => {
      const [xs, ys] = [[], []];
      for (let i = 0; i <= loop.length; i += 2) {
        xs.push(fine.x0 + loop[i % loop.length] * sx);
        ys.push(fine.y0 + loop[(i + 1) % loop.length] * sy);
      }
      return [xs, ys];
    }),
  );
}

const HEAD = 7; // pixels
const known = new WeakMap();

/** Outlines of component j of a row's grids, worked out once. */
export function outlinesOf(grids, j) {
  if (!known.has(grids)) known.set(grids, []);
  return (known.get(grids)[j] ||= outlineLoops(grids.of[j], grids.grid));
}

/**
 * An arrow as a line of [xs, ys] in axis units, with null between its strokes, ending `short` pixels before its goal;
 * `view` gives the size of a pixel.
 * Too short for a head, it is a line; shorter still, nothing.
 */
export function arrowStrokes([x0, y0, x1, y1], view, short = 0) {
  const ux = (view.x[1] - view.x[0]) / view.w;
  const uy = (view.y[1] - view.y[0]) / view.h;
  const [px, py] = [(x1 - x0) / ux, (y1 - y0) / uy];
  const length = Math.hypot(px, py);
  if (!(length > short + 3)) return [[], []];
  x1 -= ((x1 - x0) * short) / length;
  y1 -= ((y1 - y0) * short) / length;
  const [xs, ys] = [
    [x0, x1],
    [y0, y1],
  ];
  if (length < short + 2 * HEAD) return [xs, ys];
  const [ex, ey] = [px / length, py / length];
  const wing = (side) => [x1 - HEAD * (ex + side * 0.5 * ey) * ux, y1 - HEAD * (ey - side * 0.5 * ex) * uy];
  const [a, b] = [wing(1), wing(-1)];
  return [
    [...xs, null, a[0], x1, b[0]],
    [...ys, null, a[1], y1, b[1]],
  ];
}
