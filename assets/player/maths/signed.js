// How two scenes of the same points differ: in density, with a sign, and in the cluster of each point. Pure.
import { densityLines, logDensity } from "./field.js";
import { gaussian2 } from "./gaussians.js";
import { FLOOR } from "./levels.js";
import { percent } from "./text.js";

/** @typedef {import("../wire/history.js").Scene} Scene */

/** Density of a less that of b on a grid, in units: `unit` is one. */
export function signedDensity(a, b, grid, unit) {
  const first = logDensity(a, grid, unit);
  const second = logDensity(b, grid, unit);
  return first.map((z, k) => 2 ** z - 2 ** second[k]);
}

/** The same of one-dimensional scenes over the visible axis. */
export function signedLine(a, b, view) {
  const { x, total } = densityLines(a, view);
  const other = densityLines(b, view).total;
  return { x, y: total.map((v, i) => v - other[i]) };
}

/**
 * Density of a scene at one place; what is far below any level counts as 0.
 * @param {Scene} scene
 * @param {number[]} place
 * @param {number} unit
 */
export function densityAt(scene, [x, y], unit) {
  if (y === undefined) return densityLines(scene, { x: [x, x + 1] }, 1).total[0];
  if (!scene.shape.grids) return scene.gaussians.reduce((sum, g) => sum + gaussian2(g, x, y), 0);
  const [z] = logDensity(scene, { x0: x, dx: 1, nx: 1, y0: y, dy: 1, ny: 1 }, unit);
  return z > FLOOR ? unit * 2 ** z : 0;
}

/**
 * Indices of the points that two scenes put into different clusters, null while one has none yet.
 * @param {Scene} a
 * @param {Scene} b
 */
export function differing(a, b) {
  if (!a.labels || !b.labels) return null;
  const out = [];
  for (let i = 0; i < a.labels.length; i++) if (a.labels[i] !== b.labels[i]) out.push(i);
  return out;
}

/** One line about point i: where each of some models, { letter, scene }, puts it, and how sure it is. */
export function readRow(name, i, models) {
  const place = ({ letter, scene: { labels, confidence } }) =>
    labels ? `${letter} component ${labels[i] + 1}, ${percent(confidence[i] / 255)}` : `${letter} no cluster yet`;
  return `row ${name}: ${models.map(place).join(" · ")}`;
}
