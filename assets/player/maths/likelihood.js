// What drawn rows say of Gaussians that are shown, in logarithms. Pure.

/** The parts of a Gaussian's log density, see gaussians.js for how it travels; of none that is singular or has no weight. */
function partsOf(g) {
  const [w, mx, ...rest] = g;
  if (g.length < 7) {
    const [variance] = rest;
    const peak = Math.log(w / Math.sqrt(2 * Math.PI * variance));
    return w > 0 && variance > 0 ? { mx, my: 0, a: 1 / variance, b: 0, c: 0, peak } : null;
  }
  const [my, sxx, sxy, syy] = rest;
  const det = sxx * syy - sxy * sxy;
  return w > 0 && det > 0
    ? { mx, my, a: syy / det, b: -sxy / det, c: sxx / det, peak: Math.log(w / (2 * Math.PI * Math.sqrt(det))) }
    : null;
}

/**
 * The log-likelihood of points, in the units of the picture's axes.
 * @param {number[][]} gaussians
 * @param {{ x: ArrayLike<number>, y: ArrayLike<number> | null }} points
 */
export function logLikelihood(gaussians, { x, y }) {
  const parts = gaussians.map(partsOf).filter(Boolean);
  const logs = new Float64Array(parts.length);
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    let highest = -Infinity;
    for (let j = 0; j < parts.length; j++) {
      const { mx, my, a, b, c, peak } = parts[j];
      const [u, v] = [x[i] - mx, y ? y[i] - my : 0];
      logs[j] = peak - (a * u * u + 2 * b * u * v + c * v * v) / 2;
      if (logs[j] > highest) highest = logs[j];
    }
    let total = 0;
    for (let j = 0; j < parts.length; j++) total += Math.exp(logs[j] - highest);
    sum += highest + Math.log(total);
  }
  return sum;
}
