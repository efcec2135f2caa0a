// What the tools of the board do to the points of a drawing: pure functions of places, in steps of the board.
import { across, axesOf, STEPS } from "./text.js";

/** @import { Drawing, Point } from "./text.js" */

/** @typedef {{ radius: number, count: number, random: () => number }} Spray */

const TRIES = 100; // to put a point of a cloud on the board

/** Random numbers from 0 to 1 of a seed (mulberry32): the same stroke on the same drawing gives the same points. */
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const onBoard = (step) => Math.min(Math.max(Math.round(step), 0), STEPS);

/**
 * The point at a place of the board, which is moved onto it.
 * @param {number[]} place
 */
export function pointAt([x, y], c, axes) {
  const there = onBoard(x);
  return { x: there, y: axes === 2 ? onBoard(y) : across(there), c };
}

/**
 * A cloud: normally distributed about a place, with half the `radius` as standard deviation, and all of it on the board.
 * @param {number[]} place
 * @param {number} c
 * @param {number} axes
 * @param {Spray} spray
 * @returns {Point[]}
 */
export function cloud(place, c, axes, { radius, count, random }) {
  const inside = (step) => step >= 0 && step <= STEPS;
  const spread = () => {
    const far = (radius / 2) * Math.sqrt(-2 * Math.log(1 - random()));
    const turn = 2 * Math.PI * random();
    return [place[0] + far * Math.cos(turn), place[1] + far * Math.sin(turn)];
  };
  return Array.from({ length: count }, () => {
    let at = spread();
    for (let i = 1; i < TRIES && !at.slice(0, axes).every(inside); i++) at = spread();
    return pointAt(at, c, axes);
  });
}

/**
 * How far a point is from a place: along one axis, only its own way counts.
 * @param {Point} point
 * @param {number[]} place
 * @param {number} axes
 */
const distance = (point, [x, y], axes) => (axes === 2 ? Math.hypot(point.x - x, point.y - y) : Math.abs(point.x - x));

/**
 * The points that lie farther than the `radius` from a place.
 * @param {Point[]} points
 */
export const erased = (points, place, radius, axes) => points.filter((point) => distance(point, place, axes) > radius);

/**
 * Places every so far on the way from one place to another; the last of them is where the next way begins.
 * @param {number[]} from
 * @param {number[]} to
 * @param {number} every
 */
export function spots([x, y], [toX, toY], every) {
  const far = Math.hypot(toX - x, toY - y);
  const count = Math.floor(far / every);
  return Array.from({ length: count }, (_, i) => {
    const share = ((i + 1) * every) / far;
    return [x + share * (toX - x), y + share * (toY - y)];
  });
}

/**
 * A drawing with more points, as far as there is room for them.
 * @param {Drawing} drawing
 * @param {Point[]} more
 * @param {number} most
 * @returns {Drawing}
 */
export const added = ({ box, points }, more, most) => ({ box, points: [...points, ...more.slice(0, Math.max(0, most - points.length))] });

/**
 * What a tool does at a place.
 * @param {Drawing} drawing
 * @param {{ name: string, c: number, radius: number, count: number }} tool
 * @param {number[]} place
 * @param {{ random: () => number, most: number }} with
 * @returns {Drawing}
 */
export function used(drawing, { name, c, radius, count }, place, { random, most }) {
  const axes = axesOf(drawing);
  if (name === "erase") {
    const points = erased(drawing.points, place, radius, axes);
    return points.length === drawing.points.length ? drawing : { ...drawing, points };
  }
  return added(drawing, name === "brush" ? cloud(place, c, axes, { radius, count, random }) : [pointAt(place, c, axes)], most);
}

/** Steps of the board from one use of a tool to the next, along a drag. */
export const spacing = ({ name, radius }) => (name === "brush" ? radius : name === "erase" ? radius / 4 : 0.025 * STEPS);
