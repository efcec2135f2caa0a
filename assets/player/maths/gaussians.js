// Gaussian densities and ellipses.
// A Gaussian travels as [weight, mean x, mean y, var x, cov xy, var y, owner],
// in one dimension as [weight, mean, variance, owner].

/** Density of one weighted bivariate Gaussian at (x, y); 0 where the covariance is singular. */
export function gaussian2(g, x, y) {
  const [w, mx, my, sxx, sxy, syy] = g,
    det = sxx * syy - sxy * sxy;
  if (!(det > 0)) return 0;
  const dx = x - mx,
    dy = y - my;
  return (
    (w / (2 * Math.PI * Math.sqrt(det))) * Math.exp((-0.5 * (syy * dx * dx - 2 * sxy * dx * dy + sxx * dy * dy)) / det)
  );
}

/** Density of one weighted univariate Gaussian at x. */
export function gaussian1(g, x) {
  const [w, m, s2] = g;
  return s2 > 0 ? (w / Math.sqrt(2 * Math.PI * s2)) * Math.exp((-0.5 * (x - m) * (x - m)) / s2) : 0;
}

/** Beyond this many standard deviations a Gaussian adds less than e^-18 of its peak: nothing that any level shows. */
const REACH = 6;

/**
 * Mixture density on a regular grid, row by row (index j * nx + i).
 * Along a row the exponent is quadratic, so each value is the last one times a ratio that itself has a constant ratio:
 * one exponential a row instead of one a cell.
 */
export function mixtureGrid(gaussians, { x0, dx, nx, y0, dy, ny }, out = new Float64Array(nx * ny)) {
  out.fill(0);
  for (const [w, mx, my, sxx, sxy, syy] of gaussians) {
    const det = sxx * syy - sxy * sxy;
    if (!(det > 0) || !(w > 0)) continue;
    const peak = w / (2 * Math.PI * Math.sqrt(det)),
      slope = sxy / syy,
      variance = det / syy;
    const reachX = REACH * Math.sqrt(variance),
      reachY = REACH * Math.sqrt(syy);
    const first = Math.max(0, Math.ceil((my - reachY - y0) / dy)),
      last = Math.min(ny - 1, Math.floor((my + reachY - y0) / dy));
    const curvature = Math.exp((-dx * dx) / variance);
    for (let j = first; j <= last; j++) {
      const v = y0 + j * dy - my,
        centre = mx + slope * v; // x | y is Gaussian: centre and variance
      const from = Math.max(0, Math.ceil((centre - reachX - x0) / dx)),
        to = Math.min(nx - 1, Math.floor((centre + reachX - x0) / dx));
      if (from > to) continue;
      const u = x0 + from * dx - centre;
      let value = peak * Math.exp(-0.5 * ((v * v) / syy + (u * u) / variance));
      let ratio = Math.exp((-0.5 * (2 * u * dx + dx * dx)) / variance);
      for (let k = j * nx + from, end = j * nx + to; k <= end; k++) {
        out[k] += value;
        value *= ratio;
        ratio *= curvature;
      }
    }
  }
  return out;
}

/**
 * Ellipse at `sd` standard deviations: [xs, ys], closed, `count` + 1 points (Cholesky factor times the circle).
 * @param {number[]} gaussian
 * @param {number} sd
 */
export function ellipse([, mx, my, sxx, sxy, syy], sd, count = 96) {
  const a = Math.sqrt(Math.max(sxx, 0)),
    b = a > 0 ? sxy / a : 0,
    c = Math.sqrt(Math.max(syy - b * b, 0)),
    xs = [],
    ys = [];
  for (let i = 0; i <= count; i++) {
    const angle = (2 * Math.PI * (i % count)) / count,
      u = sd * Math.cos(angle),
      v = sd * Math.sin(angle);
    xs.push(mx + a * u);
    ys.push(my + b * u + c * v);
  }
  return [xs, ys];
}
