// Component densities that are no Gaussians travel as grids: their sum, and values between their nodes. Pure.

/** Logarithms to base 2 below this are as good as nothing. */
export const NOTHING = -150;

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
