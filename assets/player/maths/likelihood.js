// What drawn rows say of components that are shown, in logarithms: of Gaussians, and of those that lean by one half-normal. Pure.
import { logNormalCdf } from "./normal.js";

/** The parts of a Gaussian's log density, see gaussians.js for how it travels; of none that is singular or has no weight. */
function partsOf(g) {
  const [w, mx, ...rest] = g;
  if (g.length < 7) {
    const [variance] = rest;
    const peak = Math.log(w / Math.sqrt(2 * Math.PI * variance));
    return w > 0 && variance > 0 ? { mx, my: 0, a: 1 / variance, b: 0, c: 0, peak, lean: null } : null;
  }
  const [my, sxx, sxy, syy] = rest;
  const det = sxx * syy - sxy * sxy;
  return w > 0 && det > 0
    ? { mx, my, a: syy / det, b: -sxy / det, c: sxx / det, peak: Math.log(w / (2 * Math.PI * Math.sqrt(det))), lean: null }
    : null;
}

/**
 * The same of a skew-normal component with one half-normal, of which the moments and the arrow from where it begins to its mean
 * are known: twice a Gaussian about where it begins, times the probability that a normal number is below a linear function.
 * @param {number[]} g
 * @param {number[]} ends of the arrow
 */
function leaningPartsOf(g, ends) {
  const m = ends.length / 2;
  const [x, y] = ends.slice(m).map((v, a) => v - ends[a]);
  const [w, mx] = g;
  const parts =
    m === 1
      ? partsOf([w, mx - x, g[2] + x * x, g.at(-1)])
      : partsOf([w, mx - x, g[2] - y, g[3] + x * x, g[4] + x * y, g[5] + y * y, g.at(-1)]);
  if (!parts) return null;
  const { a, b, c, peak } = parts;
  const slope = [a * x + b * (y ?? 0), b * x + c * (y ?? 0)];
  const rest = 1 - (Math.PI / 2) * (slope[0] * x + slope[1] * (y ?? 0)); // of the half-normal, once the row is known
  const lean = slope.map((v) => v * Math.sqrt(Math.PI / 2 / rest));
  return rest > 0 ? { ...parts, peak: peak + Math.LN2, lean } : null;
}

/**
 * The log-likelihood of points, in the units of the picture's axes.
 * @param {{ gaussians?: number[][], arrows?: number[][] }} shape
 * @param {{ x: ArrayLike<number>, y: ArrayLike<number> | null }} points
 */
export function logLikelihood({ gaussians, arrows }, { x, y }) {
  const parts = gaussians.map((g, j) => (arrows ? leaningPartsOf(g, arrows[j]) : partsOf(g))).filter(Boolean);
  const logs = new Float64Array(parts.length);
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    let highest = -Infinity;
    for (let j = 0; j < parts.length; j++) {
      const { mx, my, a, b, c, peak, lean } = parts[j];
      const [u, v] = [x[i] - mx, y ? y[i] - my : 0];
      logs[j] = peak - (a * u * u + 2 * b * u * v + c * v * v) / 2;
      if (lean) logs[j] += logNormalCdf(lean[0] * u + lean[1] * v);
      if (logs[j] > highest) highest = logs[j];
    }
    let total = 0;
    for (let j = 0; j < parts.length; j++) total += Math.exp(logs[j] - highest);
    sum += highest + Math.log(total);
  }
  return sum;
}
