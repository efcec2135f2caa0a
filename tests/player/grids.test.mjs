import assert from "node:assert/strict";
import test from "node:test";
import { logSum, resample } from "../../assets/player/maths/grids.js";

const near = (a, b, tolerance = 1e-9) =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${a} is not ${b}`);
const grid = { x0: -4, dx: 0.125, nx: 65, y0: -5, dy: 0.15, ny: 64 };
const fill = (of, { x0, dx, nx, y0, dy, ny }) =>
  Float64Array.from({ length: nx * ny }, (_, k) => of(x0 + (k % nx) * dx, y0 + Math.floor(k / nx) * dy));

test("resampling keeps quadratic functions, up to the borders, and gives the floor outside", () => {
  const f = (x, y) => 2 - x * x + 0.7 * x * y - 0.4 * y * y + y;
  const to = { x0: -4, dx: 0.0371, nx: 200, y0: -5, dy: 0.051, ny: 185 };
  const out = resample(fill(f, grid), grid, to, -99);
  fill(f, to).forEach((v, k) => near(out[k], v, 1e-9));
  const beyond = resample(fill(f, grid), grid, { ...to, x0: 10 }, -99);
  assert.ok(beyond.every((v) => v === -99));
});

test("in one dimension the same", () => {
  const from = { x0: 0, dx: 1, nx: 9, y0: 0, dy: 1, ny: 1 };
  const values = Float64Array.from({ length: 9 }, (_, x) => 3 * x * x - x);
  const out = resample(values, from, { x0: 0.25, dx: 0.5, nx: 16, y0: 0, dy: 1, ny: 1 }, 0);
  out.forEach((v, i) => near(v, 3 * (0.25 + i / 2) ** 2 - (0.25 + i / 2)));
});

test("the logarithm of a sum is that of the densities added", () => {
  const sum = logSum([Float32Array.of(1, 2, 0), Float32Array.of(3, 2, 0)]);
  assert.deepEqual([...sum.subarray(0, 2)], [2, 2]);
  assert.ok(sum[2] < -100 && Number.isFinite(sum[2]));
});
