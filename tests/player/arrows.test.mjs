import assert from "node:assert/strict";
import test from "node:test";
import { arrowStrokes } from "../../assets/player/drawing/arrows.js";

const near = (a, b, tolerance = 1e-9) =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${a} is not ${b}`);

test("an arrow ends at its goal, or short of it by so many pixels, with wings of equal length", () => {
  const view = { x: [0, 10], y: [0, 100], w: 500, h: 500 };
  const [xs, ys] = arrowStrokes([1, 10, 5, 10], view);
  assert.deepEqual([xs[0], ys[0], xs[1], ys[1], xs[2]], [1, 10, 5, 10, null]);
  near(ys[3] - 10, 10 - ys[5]);
  near(xs[3], xs[5]);
  near(arrowStrokes([1, 10, 5, 10], view, 25)[0][1], 4.5);
  assert.deepEqual(arrowStrokes([1, 10, 1.01, 10], view), [[], []]);
  assert.equal(arrowStrokes([1, 10, 1.2, 10], view)[0].length, 2);
});
