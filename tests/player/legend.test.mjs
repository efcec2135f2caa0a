import assert from "node:assert/strict";
import test from "node:test";
import { outlines } from "../../assets/player/drawing/style.js";
import { gaussian2 } from "../../assets/player/maths/gaussians.js";
import { curveSigns, pictureSigns, SIGNS } from "../../assets/player/panels/legend.js";

const scene = (count, shape = {}) => ({ kept: Array.from({ length: count }, (_, k) => k), shape });

test("the legend names the signs that a picture has, and no others", () => {
  assert.deepEqual(pictureSigns(scene(2), 2), ["inner", "outer", "shading"]);
  assert.deepEqual(pictureSigns(scene(17), 2), ["outline", "shading"]);
  assert.deepEqual(pictureSigns(scene(2, { arrows: [] }), 2), ["inner", "outer", "shading", "arrow"]);
  assert.deepEqual(pictureSigns(scene(2), 1), ["whole", "part"]);
  for (const dimension of [1, 2])
    assert.deepEqual(pictureSigns(scene(2), dimension, true), [...pictureSigns(scene(2), dimension), "unsure"]);
});

test("a curve alone needs no legend; each further line has its name in it", () => {
  assert.deepEqual(curveSigns([{ logLikelihood: 1 }], { apart: false, before: false }), []);
  assert.deepEqual(curveSigns([], { apart: false, before: false }), []);
  const all = curveSigns([{ logLikelihood: 1, inverseTemperature: 0.1, heldOut: 2 }], { apart: true, before: true });
  assert.deepEqual(all, ["objective", "plain", "held", "temperature", "before"]);
});

/** Share of the mass on a grid that lies inside a loop [xs, ys]: to the right of its cells it is crossed an odd number of times. */
function inside([xs, ys], { x0, dx, nx, y0, dy, ny }, values) {
  let [within, total] = [0, 0];
  for (let j = 0, k = 0; j < ny; j++) {
    const y = y0 + j * dy;
    const crossings = xs.slice(1).flatMap((x, i) => {
      const [low, high] = [ys[i], ys[i + 1]];
      return low > y === high > y ? [] : [xs[i] + ((y - low) / (high - low)) * (x - xs[i])];
    });
    for (let i = 0; i < nx; i++, k++) {
      total += values[k];
      if (crossings.filter((x) => x > x0 + i * dx).length % 2) within += values[k];
    }
  }
  return within / total;
}

test("outlines hold as much as the legend says, of a Gaussian and of a grid alike", () => {
  const tilted = [1, 0.3, -0.4, 0.5, 0.2, 0.6, 0];
  const grid = { x0: -4, dx: 0.06, nx: 140, y0: -5, dy: 0.065, ny: 140 };
  const values = Float32Array.from({ length: grid.nx * grid.ny }, (_, k) =>
    gaussian2(tilted, grid.x0 + (k % grid.nx) * grid.dx, grid.y0 + Math.floor(k / grid.nx) * grid.dy),
  );
  for (const grids of [null, { of: [values], grid }]) {
    const [{ rings }] = outlines({ kept: [0], count: 1, shape: { gaussians: [tilted], grids } });
    const shares = rings.map(({ loops: [loop] }) => inside(loop, grid, values));
    ["inner", "outer"].forEach((name, i) => {
      const said = Number(SIGNS[name][2].match(/(\d+) %/)[1]);
      assert.ok(Math.abs(100 * shares[i] - said) < 1, `${name}: ${shares[i]}, said ${said} %`);
    });
  }
  assert.equal(SIGNS.outline[2], SIGNS.inner[2], "many components have the inner one alone");
});
