import assert from "node:assert/strict";
import test from "node:test";
import { gaussian2 } from "../../assets/player/maths/gaussians.js";
import { levelsHolding, WITHIN } from "../../assets/player/maths/levels.js";
import { outlineLoops } from "../../assets/player/maths/outlines.js";

const grid = { x0: -4, dx: 0.125, nx: 65, y0: -5, dy: 0.15, ny: 64 };
const fill = (of, { x0, dx, nx, y0, dy, ny }) =>
  Float64Array.from({ length: nx * ny }, (_, k) => of(x0 + (k % nx) * dx, y0 + Math.floor(k / nx) * dy));
const tilted = [0.4, 0.3, -0.4, 0.5, 0.2, 0.6, 0];

test("levels hold the shares of the mass that they are asked for", () => {
  const z = fill((x, y) => gaussian2(tilted, x, y), grid);
  const levels = levelsHolding(z, WITHIN);
  const total = z.reduce((a, b) => a + b);
  levels.forEach((level, s) => {
    const share = z.reduce((sum, v) => sum + (v >= level ? v : 0), 0) / total;
    assert.ok(share >= WITHIN[s] && share < WITHIN[s] + 0.01, `${share} for ${WITHIN[s]}`);
  });
});

test("the outlines of a Gaussian's grid are its ellipses", () => {
  const z = Float32Array.from(fill((x, y) => gaussian2(tilted, x, y), grid));
  const [, mx, my, a, b, c] = tilted;
  const det = a * c - b * b;
  outlineLoops(z, grid).forEach((loops, s) => {
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
    return outlineLoops(Float32Array.from(z), grid).map((loops) => loops.length);
  };
  assert.deepEqual(count(at(-2, 0), at(2, 0)), [2, 2]);
  assert.deepEqual(count(at(4, 4.4)), [1, 1]);
  assert.deepEqual(count(), [0, 0]);
});
