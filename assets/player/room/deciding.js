// What is to be done in a room, without a page: when a leader tells, what a follower does, and where guesses lie. Pure.
// See "A room" in pages/wire/messages.md.

/** @import { Guesses, Parts, Question, State } from "./types.d.ts" */

export const EVERY = 150; // milliseconds between two things that a leader tells
export const GRID = 48; // cells along an axis that a place is rounded to
export const COLUMNS = 40; // of dots that stand for numbers
const LENGTH = 5;

/** The code in a query or in what was typed; "" where there is none. */
export const codeOf = (text) => {
  const code = text.replace(/\s/g, "").toUpperCase();
  return code.length === LENGTH && /^[A-Z]+$/.test(code) ? code : "";
};

/** @param {State} state */
export const keyOf = ({ page, query }) => `${page}?${query}`;

/**
 * What one who follows does: "ask" Python to go where the leader is, once; "go" with the playhead, once to each place that is told,
 * as that is out of date while time goes on; "stay" there; or "wait".
 * @param {Parts} parts what the room shows
 * @param {State} own what this page shows
 * @param {string} asked what Python was asked for last
 * @param {Parts["place"] | null} been the place that was gone to last in this run
 */
export function decide({ state, place }, own, asked, been = null) {
  if (!state) return "wait";
  if (keyOf(state) === keyOf(own)) return !place ? "wait" : place === been ? "stay" : "go";
  return asked === keyOf(state) ? "wait" : "ask";
}

/** Sends what is new at once, and what follows soon after together, one message at a time. */
export class Teller {
  /** @param {(parts: object) => Promise<void>} send fails when it has not arrived */
  constructor(send) {
    this.send = send;
    this.waiting = {};
    this.timer = null;
    this.busy = false;
  }

  /** Something is new; what was not sent of the same is out of date. */
  tell(parts) {
    Object.assign(this.waiting, parts);
    if (Object.keys(this.waiting).length && this.timer === null) this.beat();
  }

  /** Send what there is, nothing too. */
  async beat() {
    if (this.busy) return;
    const parts = this.waiting;
    Object.assign(this, { waiting: {}, busy: true });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.tell({});
    }, EVERY);
    try {
      await this.send(parts);
    } catch {
      this.waiting = { ...parts, ...this.waiting }; // with the next beat
      clearTimeout(this.timer);
      this.timer = null;
      this.busy = false;
      return;
    }
    this.busy = false;
    if (this.timer === null) this.tell({});
  }

  stop() {
    clearTimeout(this.timer);
    this.waiting = {};
  }
}

const axesOf = (query) => query.split("&").filter((part) => /^[dw]=/.test(part)).join("&");

/** Whether two states are looked at on the same axes: the same data, the same view. */
export const sameAxes = (one, other) => axesOf(one) === axesOf(other);

/**
 * @param {number} value
 * @param {number[]} ends
 */
const cellAlong = (value, [low, high]) => Math.floor((GRID * (value - low)) / (high - low));

/**
 * The cell that a place lies in; null beside the grid.
 * @param {number[]} place
 * @param {Question} question
 */
export function cellOf([x, y], question) {
  const cell = [cellAlong(x, question.x), cellAlong(y, question.y)];
  return cell.every((index) => index >= 0 && index < GRID) ? cell : null;
}

/**
 * @param {number} index
 * @param {number[]} ends
 */
const along = (index, [low, high]) => low + ((index + 0.5) * (high - low)) / GRID;

/**
 * The middle of a cell.
 * @param {number[]} cell
 * @param {Question} question
 */
export function centreOf([i, j], { x, y }) {
  return [along(i, x), along(j, y)];
}

/** The middle of sorted numbers; null of none. */
export function medianOf(numbers) {
  const half = numbers.length / 2;
  return numbers.length ? (numbers[Math.ceil(half) - 1] + numbers[Math.floor(half)]) / 2 : null;
}

/**
 * Sorted numbers as dots in columns. Where a few lie far from the rest, these stand at the ends: `below` and `above` count them.
 * @param {number[]} numbers
 */
export function stacked(numbers) {
  const at = (share) => numbers[Math.round(share * (numbers.length - 1))];
  const [first, last] = [at(0.05), at(0.95)];
  const room = (last - first) / 2 || Math.abs(first) / 10 || 1;
  const alike = numbers[0] === numbers.at(-1);
  const low = alike ? first - room : Math.max(numbers[0], first - room);
  const high = alike ? last + room : Math.min(numbers.at(-1), last + room);
  const width = high - low;
  const counts = Array(COLUMNS).fill(0);
  for (const number of numbers) {
    const share = (Math.min(Math.max(number, low), high) - low) / width;
    counts[Math.min(COLUMNS - 1, Math.floor(COLUMNS * share))] += 1;
  }
  const beyond = (far) => numbers.filter(far).length;
  return { low, high, counts, below: beyond((v) => v < low), above: beyond((v) => v > high) };
}

/**
 * What is said of guesses that are shown.
 * @param {Guesses} answers
 * @param {(value: number) => string} write
 */
export function summary({ cells, numbers }, write) {
  const count = numbers ? numbers.length : cells.reduce((sum, [, , times]) => sum + times, 0);
  const words = `${count} ${count === 1 ? "answer" : "answers"}`;
  return numbers?.length ? `${words}, median ${write(medianOf(numbers))}` : words;
}
