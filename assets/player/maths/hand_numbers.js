// The numbers of a component, as they are read and typed, and the edits that typing is. Pure.
import { scaling } from "./hands.js";
import { textOf } from "./pulls.js";

/** @import { Component } from "./hands.js" */
/** @typedef {"mean" | "deviation" | "correlation" | "weight" | "location"} Name */

const correlationOf = (spread) => spread[0][1] / Math.sqrt(spread[0][0] * spread[1][1]);

/**
 * A number of a component, along an axis of the picture where there is one for each.
 * @param {Component} component
 * @param {Name} name
 * @param {number} axis
 */
export function numberOf({ center, spread, weight, arrow }, name, axis) {
  if (name === "mean") return center[axis];
  if (name === "location") return center[axis] - arrow[axis];
  if (name === "deviation") return Math.sqrt(spread[axis][axis]);
  return name === "weight" ? weight : correlationOf(spread);
}

/** @type {Record<string, [holds: (value: number) => boolean, sentence: string]>} */
const NEEDED = {
  deviation: [(value) => value > 0, "A standard deviation needs to be above 0."],
  correlation: [(value) => Math.abs(value) < 1, "A correlation needs to be between −1 and 1."],
  weight: [(value) => value > 0 && value < 1, "A weight needs to be between 0 and 1."],
};

/** A number as it is typed, with a point or a comma, and either sign of less. */
export const typed = (text) => (text.trim() ? Number(text.trim().replace("−", "-").replace(",", ".")) : NaN);

/** Why a number cannot be, or "". */
export function wrong(name, value) {
  if (!Number.isFinite(value)) return "That is not a number.";
  const [holds, sentence] = NEEDED[name] ?? [() => true];
  return holds(value) ? "" : sentence;
}

/**
 * The text of the edit after which component j has a number, see mixes/edits.py. Nothing else of it changes: with another deviation
 * its correlation is the same, with another correlation its deviations are.
 * @param {Component} component
 * @param {number} j
 * @param {string} axes
 * @param {Name} name
 * @param {number} axis
 * @param {number} value
 */
export function editTo({ center, spread, arrow }, j, axes, name, axis, value) {
  const put = (values) => values.map((v, a) => (a === axis ? value : v));
  if (name === "mean") return textOf({ kind: "move", place: put(center) }, j, axes);
  if (name === "location") return textOf({ kind: "bend", arrow: arrow.map((v, a) => (a === axis ? center[a] - value : v)) }, j, axes);
  if (name === "weight") return textOf({ kind: "weigh", weight: value }, j, axes);
  const matrix = scaling(1, center.length);
  if (name === "deviation") {
    matrix[axis][axis] = value / Math.sqrt(spread[axis][axis]);
  } else {
    // from one lower triangular root of the covariance to the other
    const [before, slope] = [correlationOf(spread), Math.sqrt(spread[1][1] / spread[0][0])];
    const narrower = Math.sqrt(1 - value * value) / Math.sqrt(1 - before * before);
    matrix[1] = [slope * (value - narrower * before), narrower];
  }
  return textOf({ kind: "reshape", matrix }, j, axes);
}
