import assert from "node:assert/strict";
import test from "node:test";
import { contourLoops } from "../../assets/player/maths/contours.js";

const near = (a, b, tolerance = 1e-9) =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${a} is not ${b}`);

test("the contour of a cone is a circle, closed and run with the inside on its left", () => {
  const n = 81,
    z = new Float64Array(n * n);
  for (let j = 0; j < n; j++) for (let i = 0; i < n; i++) z[j * n + i] = -Math.hypot(i - 40, j - 40);
  const loops = contourLoops(z, n, n, -20);
  assert.equal(loops.length, 1);
  for (let i = 0; i < loops[0].length; i += 2) near(Math.hypot(loops[0][i] - 40, loops[0][i + 1] - 40), 20, 1e-3);
  near(area(loops[0]), Math.PI * 400, 0.002);
});

test("two peaks give two loops, a ring gives an outer one and a hole that runs the other way", () => {
  const n = 61,
    field = (f) => Float64Array.from({ length: n * n }, (_, k) => f(k % n, Math.floor(k / n)));
  assert.equal(
    contourLoops(
      field((x, y) => -Math.min(Math.hypot(x - 15, y - 30), Math.hypot(x - 45, y - 30))),
      n,
      n,
      -8,
    ).length,
    2,
  );
  const ring = contourLoops(
      field((x, y) => -Math.abs(Math.hypot(x - 30, y - 30) - 18)),
      n,
      n,
      -5,
    )
    .map(area)
    .sort((a, b) => a - b);
  assert.equal(ring.length, 2);
  near(ring[0], -Math.PI * 13 ** 2, 0.01);
  near(ring[1], Math.PI * 23 ** 2, 0.01);
});

test("saddles of both kinds stay closed loops", () => {
  for (const centre of [1, -1]) {
    const z = Float64Array.from([
      -9,
      -9,
      -9,
      -9,
      -9,
      2 + centre,
      -2 + centre,
      -9,
      -9,
      -2 + centre,
      2 + centre,
      -9,
      -9,
      -9,
      -9,
      -9,
    ]);
    assert.equal(contourLoops(z, 4, 4, 0).length, centre > 0 ? 1 : 2);
  }
});

function area(loop) {
  let twice = 0;
  for (let i = 0; i < loop.length; i += 2) {
    const k = (i + 2) % loop.length;
    twice += loop[i] * loop[k + 1] - loop[k] * loop[i + 1];
  }
  return twice / 2;
}
