// The density of a scene over the visible axes, from Gaussians or from grids.
import { gaussian1, mixtureGrid } from "./gaussians.js";
import { logSum, resample } from "./grids.js";
import { FLOOR } from "./levels.js";

/** @typedef {import("../wire/history.js").Scene} Scene */

export const CELLS = 80;

/**
 * Grid over the visible axes: CELLS + 1 nodes each way, and `margin` more on every side; cells of half the size where a
 * Gaussian of the scenes is thinner than a cell.
 */
export function visibleGrid(view, margin, ...scenes) {
  const grid = (cells) => {
    const [dx, dy] = [view.x, view.y].map(([from, to]) => (to - from) / cells);
    const n = cells + 1 + 2 * margin;
    return { x0: view.x[0] - margin * dx, dx, nx: n, y0: view.y[0] - margin * dy, dy, ny: n };
  };
  const usual = grid(CELLS);
  const thin = ({ shape, gaussians }) => !shape.grids && gaussians.some((g) => broadened(g, usual) !== g);
  return scenes.some(thin) ? grid(2 * CELLS) : usual;
}

/**
 * A Gaussian as it is drawn on a grid: at least one cell of standard deviation wide in every direction. Thinner, it
 * would be seen at the nodes alone that it happens to meet: as beads on a string.
 */
export function broadened(g, { dx, dy }) {
  const [weight, mx, my, sxx, sxy, syy, owner] = g;
  const [a, b, c] = [sxx / (dx * dx), sxy / (dx * dy), syy / (dy * dy)];
  const [centre, radius] = [(a + c) / 2, Math.hypot((a - c) / 2, b)];
  if (centre - radius >= 1) return g;
  const [large, small] = [Math.max(1, centre + radius), Math.max(1, centre - radius)]; // variances of its axes
  const [mean, half] = [(large + small) / 2, radius > 0 ? (large - small) / 2 / radius : 0];
  const tilt = (half * (a - c)) / 2;
  return [weight, mx, my, (mean + tilt) * dx * dx, half * b * dx * dy, (mean - tilt) * dy * dy, owner];
}

/**
 * Density in powers of two of the unit: nearly quadratic between levels, so contours are smooth on a coarse grid.
 * @param {Scene} scene
 * @param {import("../wire/types.d.ts").Grids["grid"]} grid
 * @param {number} unit
 * @param {Float64Array<ArrayBuffer>} [out]
 */
export function logDensity(scene, grid, unit, out) {
  const { grids } = scene.shape;
  const shift = Math.log2(unit);
  if (grids) {
    const parts = scene.kept.map((j) => grids.of[j]);
    const z = resample(logSum(parts, grids.grid.nx * grids.grid.ny), grids.grid, grid, FLOOR + shift, out);
    for (let k = 0; k < z.length; k++) z[k] = Math.max(FLOOR, z[k] - shift);
    return z;
  }
  const drawn = scene.gaussians.map((g) => broadened(g, grid));
  const z = mixtureGrid(drawn, grid, out);
  for (let k = 0; k < z.length; k++) z[k] = Math.max(FLOOR, Math.log2(z[k]) - shift);
  return z;
}

/**
 * Density of a 1-D scene and of each of its components, on `count` + 1 places.
 * @param {Scene} scene
 * @param {{ x: number[] }} view
 */
export function densityLines(scene, view, count = 400) {
  const dx = (view.x[1] - view.x[0]) / count;
  const x = Float64Array.from({ length: count + 1 }, (_, i) => view.x[0] + i * dx);
  const { grids } = scene.shape;
  const line = (j, g) => {
    if (!grids) return x.map((at) => gaussian1(g, at));
    const to = { x0: x[0], dx, nx: x.length, y0: 0, dy: 1, ny: 1 };
    return resample(logSum([grids.of[j]]), grids.grid, to, -Infinity).map((v) => 2 ** v);
  };
  const parts = new Map(scene.kept.map((j, s) => [j, line(j, scene.gaussians[s])]));
  const total = new Float64Array(x.length);
  for (const part of parts.values()) for (let i = 0; i < total.length; i++) total[i] += part[i];
  return { x, parts, total };
}

/**
 * The highest density of a 1-D scene.
 * @param {Scene} scene
 */
export function peak(scene) {
  const { grids } = scene.shape;
  if (grids) {
    const parts = scene.kept.map((j) => grids.of[j]);
    return 2 ** logSum(parts, grids.grid.nx).reduce((a, b) => Math.max(a, b));
  }
  const { gaussians } = scene;
  return Math.max(...gaussians.map((at) => gaussians.reduce((sum, g) => sum + gaussian1(g, at[1]), 0)));
}
