import assert from "node:assert/strict";
import test from "node:test";
import { contourLoops, rim } from "../../assets/player/maths/contours.js";
import { broadened, CELLS, logDensity, visibleGrid } from "../../assets/player/maths/field.js";
import { FLOOR, HIGHEST, LOWEST } from "../../assets/player/maths/levels.js";

const view = { x: [0, CELLS], y: [0, 10 * CELLS] };
const grid = visibleGrid(view, 1);
const cells = ({ nx }) => nx - 3;
const scene = (...gaussians) => ({ shape: { gaussians }, gaussians, kept: gaussians.map((_, i) => i) });

/** Standard deviations along and across, in cells, and the angle of the longer axis. */
function tilted(along, across, angle, x = 40, y = 40) {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const variance = (p, q) => p * p * along * along + q * q * across * across;
  const covariance = c * s * (along * along - across * across);
  return [0.3, x, 10 * y, variance(c, s), 10 * covariance, 100 * variance(s, -c), 0];
}

test("a thin cluster is one band at every level, not beads", () => {
  for (let turn = 0; turn < 24; turn++) {
    for (const [across, shift] of [
      [0, 0.3],
      [0.05, 0],
      [0.3, 0.5],
    ]) {
      const z = logDensity(scene(tilted(12, across, (Math.PI * turn) / 24, 40 + shift, 40 + shift / 2)), grid, 1e-4);
      rim(z, grid, FLOOR);
      for (let level = LOWEST; level <= HIGHEST; level++) {
        const lengths = contourLoops(z, grid.nx, grid.ny, level).map((loop) => loop.length);
        const all = lengths.reduce((sum, v) => sum + v, 0);
        assert.ok(Math.max(0, ...lengths) >= 0.9 * all, `turn ${turn}, ${across} across, level ${level}: ${lengths}`);
      }
    }
  }
});

test("a thin cluster is drawn on a grid twice as fine", () => {
  const [wide, thin] = [scene(tilted(5, 1.001, 0.7)), scene(tilted(5, 0.2, 0.7))];
  assert.equal(cells(visibleGrid(view, 1, wide)), CELLS);
  assert.equal(cells(visibleGrid(view, 1, wide, thin)), 2 * CELLS);
});

test("a cluster at least a cell wide is drawn as it is, a thinner one as wide as a cell, and of the same mass", () => {
  const wide = tilted(5, 1.001, 0.7);
  assert.equal(broadened(wide, grid), wide);
  const near = (a, b) => a.forEach((v, i) => assert.ok(Math.abs(v - b[i]) < 1e-9 * (1 + Math.abs(b[i])), `${a} is not ${b}`));
  near(broadened(tilted(5, 0.2, 0.7), grid), tilted(5, 1, 0.7));
  near(broadened(tilted(0.1, 0.02, 0.7), grid), tilted(1, 1, 0));
  near(broadened(tilted(0, 0, 0), grid), tilted(1, 1, 0));
  const mass = logDensity(scene(tilted(5, 0, 0.7)), grid, 1e-4).reduce((sum, z) => sum + 2 ** z * 1e-4 * 10, 0);
  assert.ok(Math.abs(mass - 0.3) < 0.03, `${mass}`);
});
