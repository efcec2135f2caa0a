import assert from "node:assert/strict";
import test from "node:test";
import { diverging } from "../../assets/player/drawing/difference_paint.js";
import { gaussian1, gaussian2 } from "../../assets/player/maths/gaussians.js";
import { densityAt, differing, readRow, signedDensity, signedLine } from "../../assets/player/maths/signed.js";

const scene = (...gaussians) => ({ shape: { gaussians }, gaussians, kept: gaussians.map((_, i) => i) });
const A = [1, 0, 0, 1, 0.3, 2, 0];
const B = [1, 0.5, -0.5, 2, 0, 1, 0];
const grid = { x0: -2, dx: 0.5, nx: 9, y0: -2, dy: 0.5, ny: 9 };
const close = (a, b, within = 1e-9) => assert.ok(Math.abs(a - b) <= within, `${a} is not ${b}`);

test("the signed density is one density less the other, in units", () => {
  const d = signedDensity(scene(A), scene(B), grid, 0.05);
  for (const [i, j] of [
    [4, 4],
    [0, 0],
    [7, 2],
  ]) {
    const [x, y] = [grid.x0 + i * grid.dx, grid.y0 + j * grid.dy];
    close(d[j * grid.nx + i], (gaussian2(A, x, y) - gaussian2(B, x, y)) / 0.05, 1e-2);
  }
  const back = signedDensity(scene(B), scene(A), grid, 0.05);
  d.forEach((v, k) => close(v, -back[k]));
  assert.ok(signedDensity(scene(A), scene(A), grid, 0.05).every((v) => v === 0));
});

test("in one dimension it is a line that holds as much above zero as below", () => {
  const [a, b] = [
    [1, 0, 1, 0],
    [1, 1, 2, 0],
  ];
  const { x, y } = signedLine(scene(a), scene(b), { x: [-12, 12] });
  close(y[210], gaussian1(a, x[210]) - gaussian1(b, x[210]), 1e-12);
  close(y.reduce((sum, v) => sum + v, 0) * (x[1] - x[0]), 0, 1e-6);
});

test("the density at a place is the mixture's, and nothing far away", () => {
  close(densityAt(scene(A, B), [0.2, -0.3], 0.05), gaussian2(A, 0.2, -0.3) + gaussian2(B, 0.2, -0.3), 1e-12);
  assert.equal(densityAt(scene(A), [50, 50], 0.05), 0);
  close(densityAt(scene([1, 0, 1, 0]), [0.7]), gaussian1([1, 0, 1, 0], 0.7), 1e-12);
});

test("points differ where their clusters do, and nowhere before there are clusters", () => {
  const labels = (...values) => ({ labels: Uint8Array.from(values) });
  assert.deepEqual(differing(labels(0, 1, 2, 1), labels(0, 2, 2, 0)), [1, 3]);
  assert.equal(differing(labels(0), { labels: null }), null);
});

test("a point is told with what each model makes of it", () => {
  const models = [
    { letter: "A", scene: { labels: [1], confidence: [250] } },
    { letter: "B", scene: { labels: null, confidence: null } },
  ];
  assert.equal(readRow(17, 0, models), "row 17: A component 2, 98 % · B no cluster yet");
});

test("both sides of zero have as many bands, and each its own colours", () => {
  for (const name of ["light", "dark"]) {
    const { first, second } = diverging({ name });
    assert.equal(first.length, second.length);
    assert.equal(new Set([...first, ...second]).size, 2 * first.length);
  }
});
