// The text of a drawing, and what Python and the board say to each other: see pages/work/drawing.py.

export const STEPS = 4095; // from one end of the board to the other: two characters of 6 bits
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const CLASSES = "abcdef";
const OTHER_AXIS = ["0", "10"]; // that a board of one axis gets

/**
 * @typedef {{ x: number, y: number, c: number }} Point steps along the axes, and a class from 0; of one axis, y is where it would be along another
 * @typedef {{ box: string[], points: Point[] }} Drawing the ends of each axis as they are written, and what is drawn
 */

/** Where a point of one axis comes to lie along another: all over it, by its place alone. */
export const across = (x) => Math.round(((x * 0.6180339887) % 1) * STEPS);

/** How many axes a drawing has. */
export const axesOf = ({ box }) => box.length / 2;

/**
 * The drawing of a text that Python sent.
 * @returns {Drawing}
 */
export function readDrawing(text) {
  const [, ends, runs, rest] = /^p_([^_]*)_([^_]*)_(.*)$/.exec(text);
  const box = ends.split(",");
  const width = box.length; // characters of a point
  const step = (at) => 64 * ALPHABET.indexOf(rest[at]) + ALPHABET.indexOf(rest[at + 1]);
  const classes = [...runs.matchAll(/([a-z])(\d+)/g)].flatMap(([, letter, count]) => Array(Number(count)).fill(CLASSES.indexOf(letter)));
  const points = classes.map((c, i) => {
    const x = step(width * i);
    return { x, y: width === 4 ? step(width * i + 2) : across(x), c };
  });
  return { box, points };
}

/**
 * Its text: class by class, so that one drawing has one text.
 * @param {Drawing} drawing
 */
export function writeDrawing({ box, points }) {
  const of = [...CLASSES].map((_, c) => points.filter((point) => point.c === c));
  const runs = of.map((own, c) => (own.length ? `${CLASSES[c]}${own.length}` : "")).join("");
  const two = (step) => ALPHABET[step >> 6] + ALPHABET[step & 63];
  const coordinates = of.flat().map(({ x, y }) => (box.length === 4 ? two(x) + two(y) : two(x)));
  return `p_${box.join(",")}_${runs}_${coordinates.join("")}`;
}

/**
 * The same points along so many axes.
 * @param {number} axes
 * @param {Drawing} drawing
 * @returns {Drawing}
 */
export function along(axes, { box, points }) {
  if (axes === 1) return { box: box.slice(0, 2), points: points.map((point) => ({ ...point, y: across(point.x) })) };
  return { box: [...box, ...OTHER_AXIS].slice(0, 4), points };
}

/** What Python sends, by the keys of messages.md. */
export const decodeBoard = ({ drawing, locked, most, palette, symbols }) => ({ drawing, locked, most, palette, symbols });

/** What the board says: the word `drawn`. */
export const drawn = (text) => ({ drawing: text });
