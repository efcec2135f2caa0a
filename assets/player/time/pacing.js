// Pure logic of time: where the playhead goes next, and when more rows are needed.
// A position counts half-steps: 0 is the start, 2t - 1 the E-step and 2t the M-step of iteration t.

/** @import { Half, Row } from "../wire/types.d.ts" */

export const SPEEDS = [0.5, 1, 2, 5, 10, 20, 30, 60]; // iterations a second
export const USUAL_PACE = { speed: 10, linger: true };

export const position = (iteration, half) => 2 * iteration - (half === "E" && iteration > 0 ? 1 : 0);
export const iterationOf = (at) => Math.ceil(at / 2);
/**
 * @param {number} at
 * @returns {Half}
 */
export const halfOf = (at) => (at % 2 ? "E" : "M");

/** Seconds for which both halves of a visitor's first iterations stay: long enough to read what happens in them. */
export const READING = [3.5, 2.5, 1.5];
export const INTRODUCTION = 2 * READING.length; // the last position of them

/**
 * How time goes on.
 * @typedef {{ speed: number, linger?: boolean, introduce?: boolean }} Settings
 */

/**
 * Slow motion shows both halves of every iteration, as does an introduction; faster play only whole iterations.
 * @param {Settings} settings
 */
export const showsHalves = ({ speed, introduce }, at = Infinity) =>
  speed <= 2 || Boolean(introduce && at < INTRODUCTION);

/** With reduced motion at most two half-steps are shown a second. */
export const settle = ({ speed, linger, reduced }) => ({
  speed: reduced ? Math.min(speed, 1) : speed,
  linger: linger && !reduced,
});

/**
 * Whether a row can be shown: a sketch has only what the curve and the events tell.
 * @param {{ sketch: boolean }} row
 */
export const drawn = (row) => Boolean(row) && !row.sketch;

export const following = (at, halves) => (halves || at % 2 ? at + 1 : at + 2);
export const preceding = (at, halves) => Math.max(0, halves || at % 2 ? at - 1 : at - 2);

/**
 * How much happened in iteration t, about 1 or more at the start and near 0 when nothing moves any more:
 * share of points with a new label, movement of the means in standard deviations, and this gain as a share of all
 * gains so far.
 * @param {Row} previous
 * @param {Row} row
 * @param {Row} first
 */
export function change(previous, row, first) {
  if (!previous) return 0;
  return relabelled(previous.labels, row.labels) + movement(previous.gaussians, row.gaussians) + gain(previous, row, first);
}

function relabelled(before, after) {
  if (!before || !after || !after.length) return 0;
  let changed = 0;
  for (let i = 0; i < after.length; i++) if (before[i] !== after[i]) changed += 1;
  return changed / after.length;
}

function movement(before, after) {
  if (!before || !after || before.length !== after.length) return 0;
  let moved = 0,
    weight = 0;
  after.forEach((g, k) => {
    const flat = g.length < 7,
      b = before[k],
      spread = flat ? g[2] : g[3] + g[5];
    const distance = flat ? (g[1] - b[1]) ** 2 : (g[1] - b[1]) ** 2 + (g[2] - b[2]) ** 2;
    if (spread > 0) moved += g[0] * Math.sqrt(distance / spread);
    weight += g[0];
  });
  return weight > 0 ? moved / weight : 0;
}

function gain({ logLikelihood: before }, { logLikelihood: now }, { logLikelihood: first }) {
  const total = Math.abs(now - first);
  return total > 0 && Number.isFinite(total) ? Math.abs(now - before) / total : 0;
}

/** Factor on the time given to an iteration. The square root keeps a big first step from eating all of the show. */
export const lingering = (amount) => Math.min(4, Math.max(0.3, Math.sqrt(amount / 0.1)));

/** Seconds for which position `at` stays on the screen. */
export function duration(at, rows, { speed, linger, introduce }) {
  if (introduce && at > 0 && at <= INTRODUCTION) return READING[iterationOf(at) - 1];
  const row = rows[iterationOf(at)],
    base = 1 / speed / (showsHalves({ speed }) ? 2 : 1);
  return linger && speed < 30 && row ? base * lingering(iterationOf(at) ? row.change : 0.4) : base;
}

const LATEST = 0.25; // seconds: after a stall, go on from here instead of racing to catch up

/** Playhead after `elapsed` seconds: { at, credit, starved }, starved when the next row is not there yet. */
export function advance({ at, credit }, elapsed, rows, settings) {
  credit = Math.min(credit + elapsed, Math.max(LATEST, duration(at, rows, settings)));
  for (;;) {
    const wait = duration(at, rows, settings),
      then = following(at, showsHalves(settings, at));
    if (credit < wait - 1e-9) return { at, credit, starved: false };
    if (!drawn(rows[iterationOf(then)])) return { at, credit: wait, starved: true };
    at = then;
    credit -= wait;
  }
}

/** Whether more rows should be asked for: fewer than 10 rows or 1.5 seconds of playing lie ahead. */
export function runsLow(at, rows, settings) {
  let ahead = 0,
    seconds = 0;
  for (let t = iterationOf(at) + 1; drawn(rows[t]) && (ahead < 10 || seconds < 1.5); t++) {
    ahead += 1;
    seconds += duration(2 * t, rows, settings) * (showsHalves(settings) ? 2 : 1);
  }
  return ahead < 10 || seconds < 1.5;
}
