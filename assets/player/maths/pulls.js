// What a pull at a component does to it, and how it is written as an edit. Pure; a pull is made in hands.js.
import { componentOf, moments, scaling, times, transposed } from "./hands.js";

/** @import { Pull } from "./hands.js" */

/** Two pulls of one kind, one after the other. */
export const after = (first, then) =>
  first?.kind === "reshape" && then.kind === "reshape" ? { ...then, matrix: times(then.matrix, first.matrix) } : then;

/** The same Gaussians with another weight of a component; the others share the rest as before. */
function weighed(gaussians, owner, weight) {
  const own = componentOf(gaussians, owner).weight;
  const rest = gaussians.reduce((sum, g) => sum + g[0], 0) - own;
  if (!(own > 0 && rest > 0)) return gaussians; // nothing to be shared
  return gaussians.map(([w, ...g]) => [w * (g.at(-1) === owner ? weight / own : (1 - weight) / rest), ...g]);
}

/**
 * The Gaussians of a picture as they are after a pull at a component.
 * @param {number[][]} gaussians
 * @param {number} owner
 * @param {Pull} pull
 * @param {number | null} follow
 */
export function shaped(gaussians, owner, pull, follow = null) {
  if (pull.kind === "bend") return gaussians; // mean and covariance stay
  if (pull.kind === "weigh") return weighed(gaussians, owner, pull.weight);
  const { center } = componentOf(gaussians, owner);
  const T = pull.kind === "move" ? scaling(1, center.length) : pull.matrix;
  const to = pull.kind === "move" ? pull.place : center;
  const others = pull.kind === "move" || follow === null ? null : Math.abs(determinant(T)) ** -follow;
  return gaussians.map((g) => {
    const own = g.at(-1) === owner;
    if (!own && others === null) return g;
    const { mean, spread } = moments(g);
    const from = times(
      T,
      mean.map((v, a) => [v - center[a]]),
    ).map(([v], a) => to[a] + v);
    const S = times(times(T, spread), transposed(T)).map((row) => row.map((v) => (own ? v : others * v)));
    return [g[0], ...(own ? from : mean), ...(mean.length > 1 ? [S[0][0], S[0][1], S[1][1]] : [S[0][0]]), g.at(-1)];
  });
}

/** Of a matrix of one or two rows. */
const determinant = (M) => (M.length > 1 ? M[0][0] * M[1][1] - M[0][1] * M[1][0] : M[0][0]);

/** How much of the variance, in its direction, the half-normal of an arrow takes: see `share_of_variance` in mixes/skew. */
function shareOf(arrow, spread) {
  const [x, y = 0] = arrow;
  const [[a, b], [, c]] = spread.length > 1 ? spread : [[spread[0][0], 0], [0, 1]];
  return ((Math.PI / 2 - 1) * (c * x * x - 2 * b * x * y + a * y * y)) / (a * c - b * b);
}

/** An arrow that is made shorter where the spread does not allow it; `share` is the most that it takes, unless it does already. */
function allowed(arrow, before, spread, share) {
  const largest = Math.max(share, shareOf(before, spread));
  const shorter = Math.sqrt(Math.min(1, largest / Math.max(shareOf(arrow, spread), largest)));
  return arrow.map((v) => v * shorter);
}

/**
 * Where an arrow of a component begins and ends after a pull.
 * @param {number[]} ends
 * @param {Pull} pull
 * @param {import("./hands.js").Component} component
 * @param {number | null} share
 */
function arrowAfter(ends, pull, { center, spread }, share) {
  const m = center.length;
  if (pull.kind === "weigh") return ends;
  if (pull.kind === "bend") {
    const [start, mean] = [ends.slice(0, m), ends.slice(m)];
    const arrow = share === null ? pull.arrow : allowed(pull.arrow, mean.map((v, a) => v - start[a]), spread, share);
    return [...mean.map((v, a) => v - arrow[a]), ...mean];
  }
  const T = pull.kind === "move" ? scaling(1, m) : pull.matrix;
  const to = pull.kind === "move" ? pull.place : center;
  const from = center.map((v, a) => ends[a] - v);
  return [...to.map((v, a) => v + from.reduce((sum, own, b) => sum + T[a][b] * own, 0)), ...to];
}

/**
 * A shape, see `Row`, after a pull at a component: its Gaussians, and the arrow of one that leans; `share` is the most of the
 * variance that an arrow takes, where that is known; where the others `follow`, their spreads are transformed, too, and divided by
 * this power of the determinant.
 * @template {{ gaussians?: number[][], arrows?: number[][] }} T
 * @param {T} shape
 * @param {number} owner
 * @param {Pull} pull
 * @param {{ share?: number | null, follow?: number | null }} edits
 * @returns {T}
 */
export function shapeAfter(shape, owner, pull, { share = null, follow = null } = {}) {
  const component = componentOf(shape.gaussians, owner);
  const arrows = shape.arrows?.map((ends, j) => (j === owner ? arrowAfter(ends, pull, component, share) : ends));
  return { ...shape, gaussians: shaped(shape.gaussians, owner, pull, follow), arrows };
}

/** A number with so many decimals; less than none are whole tens, hundreds and so on. */
function rounded(v, decimals) {
  const unit = 10 ** Math.abs(decimals); // to divide by it leaves the nearest number with so many decimals
  return decimals < 0 ? Math.round(v / unit) * unit : Math.round(v * unit) / unit;
}

/** A place on the grid that links have. */
export const placeOnGrid = (place, { decimals }) => place.map((v, a) => rounded(v, decimals[a]));

/**
 * A pull on the grid that links have: what is seen is then what is written, and what is made of it. What is round stays so.
 * @param {Pull} pull
 * @param {{ decimals: number[], digits: number, round?: boolean }} grid
 * @returns {Pull}
 */
export function onGrid(pull, grid) {
  if (pull.kind === "move") return { ...pull, place: placeOnGrid(pull.place, grid) };
  if (pull.kind === "bend") return { ...pull, arrow: placeOnGrid(pull.arrow, grid) };
  const short = (v) => Number(v.toPrecision(grid.digits));
  if (pull.kind === "weigh") return { ...pull, weight: short(pull.weight) };
  const { matrix } = pull;
  const whole = grid.round ? scaling(Math.abs(determinant(matrix)) ** (1 / matrix.length), matrix.length) : matrix;
  return { ...pull, matrix: whole.map((row) => row.map(short)) };
}

const number = (v) => String(Number(v.toPrecision(9)));

/**
 * A pull at a component as the text of an edit, see mixes/edits.py.
 * @param {Pull} pull
 * @param {number} owner
 * @param {string} axes
 */
export function textOf(pull, owner, axes) {
  const written = (letter, numbers) => `${letter}${owner + 1}${axes}(${numbers.map(number)})`;
  if (pull.kind === "weigh") return `w${owner + 1}(${number(pull.weight)})`;
  if (pull.kind === "move") return written("d", pull.place);
  return pull.kind === "bend" ? written("b", pull.arrow) : written("t", pull.matrix.flat());
}
