// The axes of the board.
import { STEPS } from "./text.js";

const FACTORS = [1, 2, 5, 10];

/** Round values on an axis from one end to another, about so many, and as they are written. */
export function ticks(low, high, about) {
  const rough = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * FACTORS.find((factor) => factor * power >= rough * 0.999);
  const decimals = Math.min(20, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step + 0).map((value) => ({
    at: ((value - low) / (high - low)) * STEPS,
    text: Math.abs(value) >= 1e5 || decimals > 5 ? value.toExponential(1).replace(".0e", "e") : value.toFixed(decimals),
  }));
}

/**
 * How many points of one axis lie below each where they are piled up: those of one of so many bins lie on each other.
 * @param {{ x: number }[]} points
 * @param {number} bins
 */
export function piled(points, bins) {
  const high = new Array(bins).fill(0);
  return points.map(({ x }) => high[Math.floor((x / (STEPS + 1)) * bins)]++);
}

/**
 * The value of a step of an axis, to as many digits as one can point at.
 * @param {number[]} ends
 * @param {number} step
 */
export function valueAt([low, high], step) {
  const decimals = Math.min(20, Math.max(0, Math.ceil(-Math.log10((high - low) / 500))));
  return (low + ((high - low) * step) / STEPS).toFixed(decimals).replace(/^-([0.]*)$/, "$1");
}
