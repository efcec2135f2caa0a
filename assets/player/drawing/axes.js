// The axes of the density picture: where they start, and when they grow. Pure, but for the figure's skeleton.
import { peak } from "../maths/field.js";
import { range } from "../maths/ranges.js";
import { grouped } from "../maths/text.js";

/** @import { Fixed } from "../wire/types.d.ts" */

const MOST_OUTSIDE = 0.02; // share of the points
const SLACK = 0.12; // of the span, so that the axes do not grow at every step

/**
 * Ranges { x, y } of a run's axes at its start: the skeleton's own.
 * @param {Fixed} fixed
 */
export function firstAxes({ figures }) {
  const { xaxis, yaxis } = figures.density.layout;
  return { x: [...xaxis.range], y: [...yaxis.range] };
}

/** One axis made wide enough for points and means; the same array when it is already. */
export function widened(span, points, means) {
  const outside = (v) => v < span[0] || v > span[1];
  let count = 0;
  for (const v of points) if (outside(v)) count += 1;
  if (count <= MOST_OUTSIDE * points.length && !means.some(outside)) return span;
  const [low, high] = range([...points, ...means], SLACK);
  return [Math.min(span[0], low), Math.max(span[1], high)];
}

/**
 * Axes that hold a scene: they only ever grow. The same object when nothing has to change.
 * @param {{ x: number[], y: number[] }} axes
 * @param {import("../wire/history.js").Scene} scene
 * @param {Fixed} fixed
 */
export function grown(axes, scene, { dimension, movingPoints: moving }) {
  let { x, y } = axes;
  if (moving)
    x = widened(
      x,
      scene.points.x,
      scene.shape.gaussians.map((g) => g[1]),
    );
  if (moving && dimension === 2)
    y = widened(
      y,
      scene.points.y,
      scene.shape.gaussians.map((g) => g[2]),
    );
  if (dimension === 1) {
    const high = peak(scene);
    // a density sharper than the axis is tall; below zero there may be room for the points
    if (high > y[1]) y = y.map((v) => (v * 1.25 * high) / y[1]);
  }
  return x === axes.x && y === axes.y ? axes : { x, y };
}

const [DIGIT, TICK] = [7.5, 12]; // pixels of a character of a tick's label, and of what else stands beside an axis

/** Pixels at the left of an axis with this range, at least `least`: a tiny range far from 0 has long labels. */
export function roomFor([low, high], least, scale = 1) {
  if (!(high > low)) return least;
  const decimals = Math.min(20, Math.max(0, -Math.floor(Math.log10((high - low) / 5))));
  const longest = Math.max(...[low, high].map((v) => grouped(v.toFixed(decimals)).length));
  return Math.max(least, Math.ceil(scale * (longest * DIGIT + TICK)));
}

const LETTER = 0.46; // width of a letter of an axis' title, as a share of its size

/** An axis' title that is no longer than the axis: what stands in brackets at its end goes first. */
export function shortened(text, pixels, size) {
  const most = Math.max(4, Math.floor(pixels / (LETTER * size)));
  if (text.length <= most) return text;
  const short = text.replace(/ \([^()]*\)$/, "");
  return short.length <= most ? short : `${short.slice(0, most - 1).replace(/&[^;]*$/, "").trimEnd()}…`;
}

/** Index of the point nearest to a place in pixels, or null when none is within `reach` pixels. */
export function nearest(points, [px, py], view, reach = 14) {
  const sx = view.w / (view.x[1] - view.x[0]);
  const sy = view.h / (view.y[1] - view.y[0]);
  let [best, least] = [null, reach * reach];
  for (let i = 0; i < points.x.length; i++) {
    const dx = view.left + (points.x[i] - view.x[0]) * sx - px;
    const dy = view.top + (view.y[1] - (points.y ? points.y[i] : 0)) * sy - py;
    const distance = dx * dx + dy * dy;
    if (distance <= least) [best, least] = [i, distance]; // of points in one place the last lies on top
  }
  return best;
}
