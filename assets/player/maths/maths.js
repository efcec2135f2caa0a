// Pure mathematics of the player: Gaussian densities, contours, ellipses, numbers, colours.
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

// Marching squares. Corners a (i, j), b (i+1, j), c (i+1, j+1), d (i, j+1) count 1, 2, 4, 8 when inside;
// edges 0 ab, 1 bc, 2 dc, 3 ad. Segments run with the inside on their left, so every edge starts at most one.
const SEGMENTS = [
  [],
  [0, 3],
  [1, 0],
  [1, 3],
  [2, 1],
  [0, 3, 2, 1],
  [2, 0],
  [2, 3],
  [3, 2],
  [0, 2],
  [1, 0, 3, 2],
  [1, 2],
  [3, 1],
  [0, 1],
  [3, 0],
  [],
];
const JOINED = { 5: [0, 1, 2, 3], 10: [3, 0, 1, 2] }; // saddles whose centre is inside

/**
 * Closed loops round the region where z > level, as flat arrays [x, y, x, y, ...] in grid units.
 * The outermost ring of z must lie below the level, or loops stay open and are dropped.
 */
export function contourLoops(z, nx, ny, level) {
  const next = new Int32Array(2 * nx * ny).fill(-1),
    starts = [];
  for (let j = 0; j < ny - 1; j++) {
    for (let i = 0, k = j * nx; i < nx - 1; i++, k++) {
      const a = z[k],
        b = z[k + 1],
        c = z[k + nx + 1],
        d = z[k + nx];
      const inside = (a > level) | ((b > level) << 1) | ((c > level) << 2) | ((d > level) << 3);
      if (inside === 0 || inside === 15) continue;
      const saddle = inside === 5 || inside === 10,
        segments = saddle && (a + b + c + d) / 4 > level ? JOINED[inside] : SEGMENTS[inside];
      for (let s = 0; s < segments.length; s += 2) {
        const from = edge(segments[s], k, nx, ny);
        next[from] = edge(segments[s + 1], k, nx, ny);
        starts.push(from);
      }
    }
  }
  const loops = [];
  for (const start of starts) {
    if (next[start] < 0) continue;
    const loop = [];
    let at = start;
    while (at >= 0 && next[at] >= 0) {
      crossing(z, nx, ny, at, level, loop);
      const then = next[at];
      next[at] = -1;
      at = then;
    }
    if (at === start) loops.push(loop);
  }
  return loops;
}

// Horizontal edges come first, then vertical ones; each is named by its lower left corner.
function edge(side, k, nx, ny) {
  return side === 0 ? k : side === 2 ? k + nx : nx * ny + (side === 3 ? k : k + 1);
}

function crossing(z, nx, ny, id, level, loop) {
  const vertical = id >= nx * ny,
    k = vertical ? id - nx * ny : id,
    i = k % nx,
    j = (k - i) / nx;
  const a = z[k],
    b = z[vertical ? k + nx : k + 1],
    f = (level - a) / (b - a);
  loop.push(vertical ? i : i + f, vertical ? j + f : j);
}

/** Ellipse at `sd` standard deviations: [xs, ys], closed, `count` + 1 points (Cholesky factor times the circle). */
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

/** Standard deviation of a list (of n, not n - 1). */
export function deviation(values) {
  let sum = 0,
    squares = 0;
  for (const v of values) sum += v;
  const mean = sum / values.length;
  for (const v of values) squares += (v - mean) * (v - mean);
  return Math.sqrt(squares / values.length);
}

/** Smallest and largest value, widened by `share` of the range at both ends. */
export function range(values, share = 0.06) {
  let low = Infinity,
    high = -Infinity;
  for (const v of values)
    if (Number.isFinite(v)) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
  if (!(high >= low)) return [0, 1];
  const pad = (high - low) * share || Math.abs(low) * 0.05 || 1;
  return [low - pad, high + pad];
}

/** Quantile of finite values by linear interpolation. */
export function quantile(values, q) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const at = q * (sorted.length - 1),
    i = Math.floor(at),
    f = at - i;
  return sorted.length ? sorted[i] + (f ? f * (sorted[i + 1] - sorted[i]) : 0) : NaN;
}

/** The smallest of 10, 20, 50, 100, 200, 500, ... that is not below x. */
export function niceCeiling(x) {
  for (let power = 10; ; power *= 10) for (const m of [1, 2, 5]) if (m * power >= x) return m * power;
}

/** Text with a real minus sign, the same width of digits every time. */
export const minus = (text) => text.replace("-", "−").replace("e−", "e−").replace("e+", "e");
export const fixed = (x, digits = 2) => (Number.isFinite(x) ? minus(x.toFixed(digits)) : "–");
export const percent = (share) => (Number.isFinite(share) ? `${Math.round(100 * share)} %` : "–");

/** Four significant digits; whole numbers stay whole. */
export function significant(x, digits = 4) {
  if (typeof x !== "number") return x == null ? "–" : String(x);
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "–" : x > 0 ? "∞" : "−∞";
  if (Number.isInteger(x) && Math.abs(x) < 1e9) return minus(String(x));
  const size = Math.floor(Math.log10(Math.abs(x)));
  if (size < -4 || size > 8) return minus(x.toExponential(digits - 1)).replace("e-", "e−");
  return minus(x.toFixed(Math.max(0, digits - 1 - size)));
}

/** A metric: probabilities and indices with 3 decimals, counts whole, everything larger with 2. */
export function reading(x) {
  if (typeof x !== "number" || !Number.isFinite(x)) return significant(x);
  if (Math.abs(x) <= 1) return fixed(x, 3);
  return Number.isInteger(x) ? minus(String(x)) : fixed(x);
}

/** [r, g, b] of "#rgb", "#rrggbb", "rgb(...)" or "rgba(...)". */
export function rgb(colour) {
  if (colour.startsWith("#")) {
    const hex = colour.length < 6 ? [...colour.slice(1, 4)].map((c) => c + c).join("") : colour.slice(1, 7);
    return [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16));
  }
  return (colour.match(/[\d.]+/g) || [0, 0, 0]).slice(0, 3).map(Number);
}

/** Colour between two colours: share 0 gives a, 1 gives b. */
export function mix(a, b, share) {
  const [p, q] = [rgb(a), rgb(b)];
  return `rgb(${p.map((v, i) => Math.round(v + share * (q[i] - v))).join(",")})`;
}

export function fade(colour, opacity) {
  return `rgba(${rgb(colour).join(",")},${opacity})`;
}

/** Colour at share 0..1 of a list of colours. */
export function ramp(colours, share) {
  const at = Math.min(Math.max(share, 0), 1) * (colours.length - 1),
    i = Math.min(Math.floor(at), colours.length - 2);
  return colours.length < 2 ? colours[0] : mix(colours[i], colours[i + 1], at - i);
}

/** Relative luminance 0..1 (sRGB weights, good enough to tell dark from light). */
export function luminance(colour) {
  const [r, g, b] = rgb(colour);
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}
