import assert from "node:assert/strict";
import test from "node:test";
import * as grids from "../../assets/player/maths/grids.js";
import { gaussian2 } from "../../assets/player/maths/maths.js";

const near = (a, b, tolerance = 1e-9) =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${a} is not ${b}`);
const grid = { x0: -4, dx: 0.125, nx: 65, y0: -5, dy: 0.15, ny: 64 };
const fill = (of, { x0, dx, nx, y0, dy, ny }) =>
  Float64Array.from({ length: nx * ny }, (_, k) => of(x0 + (k % nx) * dx, y0 + Math.floor(k / nx) * dy));
const tilted = [0.4, 0.3, -0.4, 0.5, 0.2, 0.6, 0];

test("resampling keeps quadratic functions, up to the borders, and gives the floor outside", () => {
  const f = (x, y) => 2 - x * x + 0.7 * x * y - 0.4 * y * y + y;
  const to = { x0: -4, dx: 0.0371, nx: 200, y0: -5, dy: 0.051, ny: 185 };
  const out = grids.resample(fill(f, grid), grid, to, -99);
  fill(f, to).forEach((v, k) => near(out[k], v, 1e-9));
  const beyond = grids.resample(fill(f, grid), grid, { ...to, x0: 10 }, -99);
  assert.ok(beyond.every((v) => v === -99));
});

test("in one dimension the same", () => {
  const from = { x0: 0, dx: 1, nx: 9, y0: 0, dy: 1, ny: 1 };
  const values = Float64Array.from({ length: 9 }, (_, x) => 3 * x * x - x);
  const out = grids.resample(values, from, { x0: 0.25, dx: 0.5, nx: 16, y0: 0, dy: 1, ny: 1 }, 0);
  out.forEach((v, i) => near(v, 3 * (0.25 + i / 2) ** 2 - (0.25 + i / 2)));
});

test("the logarithm of a sum is that of the densities added", () => {
  const sum = grids.logSum([Float32Array.of(1, 2, 0), Float32Array.of(3, 2, 0)]);
  assert.deepEqual([...sum.subarray(0, 2)], [2, 2]);
  assert.ok(sum[2] < -100 && Number.isFinite(sum[2]));
});

test("levels hold the shares of the mass that they are asked for", () => {
  const z = fill((x, y) => gaussian2(tilted, x, y), grid);
  const levels = grids.levelsHolding(z, grids.WITHIN);
  const total = z.reduce((a, b) => a + b);
  levels.forEach((level, s) => {
    const share = z.reduce((sum, v) => sum + (v >= level ? v : 0), 0) / total;
    assert.ok(share >= grids.WITHIN[s] && share < grids.WITHIN[s] + 0.01, `${share} for ${grids.WITHIN[s]}`);
  });
});

test("the outlines of a Gaussian's grid are its ellipses", () => {
  const z = Float32Array.from(fill((x, y) => gaussian2(tilted, x, y), grid));
  const [, mx, my, a, b, c] = tilted;
  const det = a * c - b * b;
  grids.outlineLoops(z, grid).forEach((loops, s) => {
    assert.equal(loops.length, 1);
    const [xs, ys] = loops[0];
    assert.deepEqual([xs[0], ys[0]], [xs.at(-1), ys.at(-1)]);
    xs.forEach((x, i) => {
      const [dx, dy] = [x - mx, ys[i] - my];
      const distance = Math.sqrt((c * dx * dx - 2 * b * dx * dy + a * dy * dy) / det);
      assert.ok(Math.abs(distance - (s + 1)) < 0.06, `${distance} for ${s + 1}`);
    });
  });
});

test("two humps have two outlines, one cut by the border stays closed, none has none", () => {
  const at = (x, y) => [0.5, x, y, 0.1, 0, 0.1, 0];
  const count = (...gs) => {
    const z = fill((x, y) => gs.reduce((sum, g) => sum + gaussian2(g, x, y), 0), grid);
    return grids.outlineLoops(Float32Array.from(z), grid).map((loops) => loops.length);
  };
  assert.deepEqual(count(at(-2, 0), at(2, 0)), [2, 2]);
  assert.deepEqual(count(at(4, 4.4)), [1, 1]);
  assert.deepEqual(count(), [0, 0]);
});

test("an arrow ends at its goal, or short of it by so many pixels, with wings of equal length", () => {
  const view = { x: [0, 10], y: [0, 100], w: 500, h: 500 };
  const [xs, ys] = grids.arrowStrokes([1, 10, 5, 10], view);
  assert.deepEqual([xs[0], ys[0], xs[1], ys[1], xs[2]], [1, 10, 5, 10, null]);
  near(ys[3] - 10, 10 - ys[5]);
  near(xs[3], xs[5]);
  near(grids.arrowStrokes([1, 10, 5, 10], view, 25)[0][1], 4.5);
  assert.deepEqual(grids.arrowStrokes([1, 10, 1.01, 10], view), [[], []]);
  assert.equal(grids.arrowStrokes([1, 10, 1.2, 10], view)[0].length, 2);
});
