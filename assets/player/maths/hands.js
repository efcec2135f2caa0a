// Taking hold of a component: where it is in a picture, its handles, and how one of them is pulled; what comes of it is in
// pulls.js. Pure.
// A view is { left, top, w, h } in pixels and { x, y }: [from, to] in the units of the axes, as DensityPicture.view() gives it.

/**
 * @typedef {{ left: number, top: number, w: number, h: number, x: number[], y: number[] }} View
 * @typedef {{ center: number[], spread: number[][], peak: number, weight: number, arrow?: number[] }} Component
 * @typedef {{ kind: "move" | "stretch" | "turn" | "bend", at: number[], along?: number[], arrow?: number[] }} Handle
 * @typedef {{ kind: "move", place: number[] } | { kind: "reshape", matrix: number[][] } | { kind: "bend", arrow: number[] }
 *   | { kind: "weigh", weight: number }} Pull
 */

const DEVIATIONS = 2; // at which the handles stand
const [LEAST, MOST] = [0.05, 20]; // how far one pull stretches
const BEYOND = 24; // pixels from the ellipse to the handle that turns
const APART = 26; // pixels that the handle that bends is from the mean, at least

export const times = (A, B) => A.map((row) => B[0].map((_, j) => row.reduce((sum, v, k) => sum + v * B[k][j], 0)));
export const transposed = (A) => A[0].map((_, j) => A.map((row) => row[j]));

/** Means and covariances of a Gaussian as it travels, see gaussians.js. */
export const moments = (g) =>
  g.length > 6
    ? {
        mean: [g[1], g[2]],
        spread: [
          [g[3], g[4]],
          [g[4], g[5]],
        ],
      }
    : { mean: [g[1]], spread: [[g[2]]] };

/**
 * Centre and spread of a component: the moments of its Gaussians; null where it has none.
 * @param {number[][]} gaussians
 * @param {number} owner
 * @returns {Component}
 */
export function componentOf(gaussians, owner) {
  const own = gaussians.filter((g) => g.at(-1) === owner);
  if (!own.length) return null;
  const total = own.reduce((sum, g) => sum + g[0], 0);
  const share = (g) => (total > 0 ? g[0] / total : 1 / own.length);
  const parts = own.map((g) => ({ share: share(g), ...moments(g) }));
  const center = parts[0].mean.map((_, a) => parts.reduce((sum, part) => sum + part.share * part.mean[a], 0));
  const spread = center.map((_, a) =>
    center.map((__, b) =>
      parts.reduce((sum, { share: s, mean, spread: own }) => sum + s * (own[a][b] + (mean[a] - center[a]) * (mean[b] - center[b])), 0),
    ),
  );
  return { center, spread, weight: total, peak: total / Math.sqrt(2 * Math.PI * spread[0][0]) };
}

/**
 * A component of a shape, see `Row`; of one that leans with the arrow from where it begins to its mean.
 * @param {{ gaussians?: number[][], arrows?: number[][] }} shape
 * @param {number} j
 * @returns {Component}
 */
export function componentIn({ gaussians, arrows }, j) {
  const component = componentOf(gaussians, j);
  const ends = component && arrows?.[j];
  const m = component?.center.length;
  return ends ? { ...component, arrow: ends.slice(m).map((v, a) => v - ends[a]) } : component;
}

/**
 * Pixels of a unit along each axis.
 * @param {View} view
 */
const scalesOf = ({ w, h, x, y }) => [w / (x[1] - x[0]), h / (y[1] - y[0])];

/**
 * Where a place of the axes lies, in pixels.
 * @param {View} view
 * @param {number[]} place
 */
export function toPixels(view, [x, y]) {
  const [sx, sy] = scalesOf(view);
  return [view.left + (x - view.x[0]) * sx, view.top + (view.y[1] - y) * sy];
}

/**
 * The place of the axes at some pixels.
 * @param {View} view
 * @param {number[]} pixels
 */
export function toPlace(view, [px, py]) {
  const [sx, sy] = scalesOf(view);
  return [view.x[0] + (px - view.left) / sx, view.y[1] - (py - view.top) / sy];
}

/**
 * Standard deviations of a spread in pixels, the longer one first, and their directions: to the right, upwards.
 * @param {number[][]} spread
 * @param {number[]} scales
 */
function axesOf(spread, [sx, sy]) {
  const [a, b, c] = [spread[0][0] * sx * sx, spread[0][1] * sx * sy, spread[1][1] * sy * sy];
  const [middle, radius] = [(a + c) / 2, Math.hypot((a - c) / 2, b)];
  const angle = Math.atan2(2 * b, a - c) / 2;
  const along = [Math.cos(angle), Math.sin(angle)];
  return [
    { along, length: Math.sqrt(Math.max(middle + radius, 0)) },
    { along: [-along[1], along[0]], length: Math.sqrt(Math.max(middle - radius, 0)) },
  ];
}

const INSET = 10; // pixels from the edge of the picture to a handle

/**
 * How far it is from a place in pixels to the edge of the picture, along a direction that goes right and upwards.
 * @param {number[]} place
 * @param {number[]} direction
 * @param {View} view
 */
function roomTo([px, py], [right, up], { left, top, w, h }) {
  const across = right > 0 ? left + w - INSET - px : px - left - INSET;
  const along = up > 0 ? py - top - INSET : top + h - INSET - py;
  return Math.min(right ? across / Math.abs(right) : Infinity, up ? along / Math.abs(up) : Infinity);
}

/** A direction or its reverse, whichever leaves more room for a length, and as much of that as there is room for. */
function reaching(from, along, length, view) {
  const there = roomTo(from, along, view);
  const back = along.map((v) => -v);
  const turned = there < length && roomTo(from, back, view) > there;
  const room = turned ? roomTo(from, back, view) : there;
  return { along: turned ? back : along, length: room > 2 * INSET ? Math.min(length, room) : length };
}

/**
 * The handles of a component: its centre, the ends of its axes, and one that turns it; nearer, where the picture
 * ends before; of one that leans, another where it begins. What cannot be turned is stretched along the axes of the picture.
 * The handle that turns stays on the side of a hand that is near.
 * @param {Component} component
 * @param {View} view
 * @param {{ turns?: boolean, stretches?: boolean, bends?: boolean, near?: number[] | null }} able
 * @returns {Handle[]}
 */
export function handlesOf({ center, spread, peak, arrow }, view, { turns = false, stretches = false, bends = false, near = null } = {}) {
  const flat = center.length === 1;
  const scales = scalesOf(view);
  const [cx, cy] = toPixels(view, flat ? [center[0], Math.min(peak, view.y[1])] : center);
  /** @type {Handle[]} */
  const handles = [{ kind: "move", at: [cx, cy] }];
  const end = (length, along) => [cx + length * along[0], cy - length * along[1]];
  if (bends && arrow) {
    const [x, y] = toPixels(view, center.map((v, a) => v - arrow[a]));
    const length = Math.hypot(x - cx, y - cy);
    const along = length > 1 ? [(x - cx) / length, (cy - y) / length] : [0, -1];
    handles.push({ kind: "bend", at: end(Math.max(length, APART), along), arrow });
  }
  if (!stretches) return handles;
  if (flat) {
    const length = DEVIATIONS * Math.sqrt(spread[0][0]) * scales[0];
    return [...handles, { kind: "stretch", at: [cx + length, toPixels(view, [0, 0])[1]], along: [1, 0] }];
  }
  const straight = [0, 1].map((a) => ({ along: a ? [0, 1] : [1, 0], length: Math.sqrt(spread[a][a]) * scales[a] }));
  const axes = turns ? axesOf(spread, scales) : straight;
  for (const axis of axes) {
    const { along, length } = reaching([cx, cy], axis.along, DEVIATIONS * axis.length, view);
    handles.push({ kind: "stretch", at: end(length, along), along });
  }
  if (!turns) return handles;
  const [right, up] = handles.at(-2).along;
  const away = !near || right * (near[0] - cx) + up * (cy - near[1]) < 0;
  const back = away ? [-right, -up] : [right, up];
  const far = DEVIATIONS * axes[0].length + BEYOND;
  const room = roomTo([cx, cy], back, view);
  return [...handles, { kind: "turn", at: end(room > 2 * INSET ? Math.min(far, room) : far, back), along: back }];
}

/** A matrix of pixels, in the units of the axes. */
const inUnits = (M, scales) => M.map((row, i) => row.map((v, j) => (v * scales[j]) / scales[i]));

/** The matrix (in the units of the axes) that turns a component by an angle, as it is seen. */
export const turning = (angle, view) =>
  inUnits(
    [
      [Math.cos(angle), -Math.sin(angle)],
      [Math.sin(angle), Math.cos(angle)],
    ],
    scalesOf(view),
  );

/** The matrix that makes it larger in all directions. */
export const scaling = (factor, dimension) =>
  Array.from({ length: dimension }, (_, i) => Array.from({ length: dimension }, (__, j) => (i === j ? factor : 0)));

/**
 * What it does to pull a handle of a component to a place in pixels.
 * @param {Handle} handle
 * @param {Component} component
 * @param {View} view
 * @param {number[]} pixels
 * @returns {Pull}
 */
export function pulled({ kind, along, at, arrow }, { center }, view, pixels) {
  const flat = center.length === 1;
  if (kind === "bend") {
    const [from, to] = [toPlace(view, at), toPlace(view, pixels)];
    return { kind, arrow: arrow.map((v, a) => v - (to[a] - from[a])) };
  }
  if (kind === "move") return { kind, place: toPlace(view, pixels).slice(0, center.length) };
  const [cx, cy] = toPixels(view, flat ? [center[0], 0] : center);
  const [dx, dy] = [pixels[0] - cx, cy - pixels[1]];
  if (kind === "turn") return { kind: "reshape", matrix: turning(Math.atan2(dy, dx) - Math.atan2(along[1], along[0]), view) };
  const before = Math.hypot(at[0] - cx, flat ? 0 : at[1] - cy);
  const factor = Math.min(MOST, Math.max(LEAST, (dx * along[0] + dy * along[1]) / Math.max(before, 1)));
  const M = along.map((u, i) => along.map((v, j) => (i === j ? 1 : 0) + (factor - 1) * u * v));
  return { kind: "reshape", matrix: flat ? [[factor]] : inUnits(M, scalesOf(view)) };
}

/**
 * Index of the nearest of some places in pixels, or -1 when none is within reach.
 * @param {number[][]} places
 * @param {number[]} pixels
 * @param {number} reach
 */
export function nearestOf(places, [px, py], reach) {
  const distances = places.map((at) => (at ? Math.hypot(at[0] - px, at[1] - py) : Infinity));
  const best = distances.indexOf(Math.min(...distances));
  return distances[best] <= reach ? best : -1;
}

/**
 * A place, or the mean of another component that lies within reach of it: to put one on the other needs no steady hand.
 * @param {number[]} place
 * @param {Component[]} components
 * @param {number} own
 * @param {View} view
 * @param {number} reach
 */
export function snapped(place, components, own, view, reach) {
  const pixels = (at) => toPixels(view, [at[0], at[1] ?? 0]);
  const others = components.map((each, j) => (each && j !== own ? pixels(each.center) : null));
  const found = nearestOf(others, pixels(place), reach);
  return found < 0 ? place : components[found].center;
}

/** The component whose outline a place of the axes lies within, and nearest to its centre by its own spread; or -1. */
export function within(components, place) {
  const far = components.map((component) => {
    if (!component) return Infinity;
    const { center, spread } = component;
    const [dx, dy] = center.map((c, a) => place[a] - c);
    if (center.length === 1) return Math.abs(dx) / Math.sqrt(spread[0][0]);
    const [[a, b], [, c]] = spread;
    const det = a * c - b * b;
    return det > 0 ? Math.sqrt((c * dx * dx - 2 * b * dx * dy + a * dy * dy) / det) : Infinity;
  });
  const best = far.indexOf(Math.min(...far));
  return far[best] <= DEVIATIONS ? best : -1;
}
