// Where the levels lie: those of the density, and those that hold a share of a component's mass. Pure.
import { deviation } from "./ranges.js";

/** Density levels: powers of two times the density of a Gaussian as wide as the data, the same through a whole run. */
export const LOWEST = -4,
  HIGHEST = 5;
export const FLOOR = LOWEST - 6;

/** The unit in which densities are drawn, from the spread of the points alone, so that the ramp never pulses. */
export function densityUnit({ x, y }) {
  const spread = (values) => deviation(values) || 1;
  return 1 / (2 * Math.PI * spread(x) * spread(y));
}

/** The same for points that move: from the axes, which only ever grow. */
export function axesUnit({ x, y }) {
  return 1 / (2 * Math.PI * ((x[1] - x[0]) / 5) * ((y[1] - y[0]) / 5));
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
