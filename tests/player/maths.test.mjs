import assert from "node:assert/strict";
import test from "node:test";
import * as maths from "../../assets/player/maths/maths.js";

const near = (a, b, tolerance = 1e-9) =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${a} is not ${b}`);
const tilted = [0.4, 1, -2, 2, 0.9, 1.5, 0],
  narrow = [0.6, -1, 3, 0.01, 0, 0.02, 1];

test("the bivariate density has its closed form and integrates to its weight", () => {
  near(maths.gaussian2(tilted, 1, -2), 0.4 / (2 * Math.PI * Math.sqrt(2 * 1.5 - 0.81)));
  const grid = { x0: -9, dx: 0.1, nx: 201, y0: -12, dy: 0.1, ny: 201 };
  near(maths.mixtureGrid([tilted], grid).reduce((a, b) => a + b) * 0.01, 0.4, 1e-6);
});

test("the grid by recurrence equals the density cell by cell", () => {
  const grid = { x0: -4, dx: 0.13, nx: 61, y0: -5, dy: 0.17, ny: 57 },
    z = maths.mixtureGrid([tilted, narrow], grid);
  let worst = 0;
  for (let j = 0; j < grid.ny; j++)
    for (let i = 0; i < grid.nx; i++) {
      const x = grid.x0 + i * grid.dx,
        y = grid.y0 + j * grid.dy,
        exact = maths.gaussian2(tilted, x, y) + maths.gaussian2(narrow, x, y);
      worst = Math.max(worst, Math.abs(z[j * grid.nx + i] - exact));
    }
  assert.ok(worst < 1e-7 * maths.gaussian2(narrow, -1, 3), `worst ${worst}`);
});

test("a singular covariance or an empty component adds nothing", () => {
  const grid = { x0: 0, dx: 1, nx: 3, y0: 0, dy: 1, ny: 3 };
  assert.deepEqual(
    [
      ...maths.mixtureGrid(
        [
          [1, 1, 1, 1, 1, 1, 0],
          [0, 1, 1, 1, 0, 1, 0],
        ],
        grid,
      ),
    ],
    Array(9).fill(0),
  );
});

test("the univariate density integrates to its weight", () => {
  let sum = 0;
  for (let x = -20; x <= 20; x += 0.01) sum += 0.01 * maths.gaussian1([0.3, 1, 4, 0], x);
  near(sum, 0.3, 1e-6);
});

test("the contour of a cone is a circle, closed and run with the inside on its left", () => {
  const n = 81,
    z = new Float64Array(n * n);
  for (let j = 0; j < n; j++) for (let i = 0; i < n; i++) z[j * n + i] = -Math.hypot(i - 40, j - 40);
  const loops = maths.contourLoops(z, n, n, -20);
  assert.equal(loops.length, 1);
  for (let i = 0; i < loops[0].length; i += 2) near(Math.hypot(loops[0][i] - 40, loops[0][i + 1] - 40), 20, 1e-3);
  near(area(loops[0]), Math.PI * 400, 0.002);
});

test("two peaks give two loops, a ring gives an outer one and a hole that runs the other way", () => {
  const n = 61,
    field = (f) => Float64Array.from({ length: n * n }, (_, k) => f(k % n, Math.floor(k / n)));
  assert.equal(
    maths.contourLoops(
      field((x, y) => -Math.min(Math.hypot(x - 15, y - 30), Math.hypot(x - 45, y - 30))),
      n,
      n,
      -8,
    ).length,
    2,
  );
  const ring = maths
    .contourLoops(
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
    assert.equal(maths.contourLoops(z, 4, 4, 0).length, centre > 0 ? 1 : 2);
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

test("every point of an ellipse lies at that Mahalanobis distance", () => {
  const [xs, ys] = maths.ellipse(tilted, 2),
    [, mx, my, a, b, c] = tilted,
    det = a * c - b * b;
  xs.forEach((x, i) => near((c * (x - mx) ** 2 - 2 * b * (x - mx) * (ys[i] - my) + a * (ys[i] - my) ** 2) / det, 4));
  near(xs[0], xs.at(-1));
});

test("numbers are written with four significant digits and a real minus sign", () => {
  const cases = [
    [0.123456, "0.1235"],
    [-1127.794, "−1128"],
    [3, "3"],
    [79.996, "80.00"],
    [1.5e-7, "1.500e−7"],
    [-2.5e12, "−2.500e12"],
    [null, "–"],
    [NaN, "–"],
    [-Infinity, "−∞"],
    ["diag", "diag"],
  ];
  for (const [value, text] of cases) assert.equal(maths.significant(value), text);
  assert.equal(maths.fixed(-371.428), "−371.43");
  assert.equal(maths.percent(0.346), "35 %");
});

test("a metric has the digits its size deserves", () => {
  const cases = [
    [-2266.994, "−2266.99"],
    [4613.5, "4613.50"],
    [23, "23"],
    [0.51234, "0.512"],
    [1, "1.000"],
    [-0.02, "−0.020"],
    [null, "–"],
    [Infinity, "∞"],
  ];
  for (const [value, text] of cases) assert.equal(maths.reading(value), text);
});

test("axes end at nice numbers", () => {
  assert.deepEqual([0, 10, 11, 51, 101, 1999].map(maths.niceCeiling), [10, 10, 20, 100, 200, 2000]);
});

test("quantiles are those of linear interpolation and ignore what is not finite", () => {
  assert.equal(maths.quantile([4, 1, 3, 2, -Infinity, null], 0.5), 2.5);
});

test("mixing keeps the ends, and luminance tells dark from light", () => {
  assert.equal(maths.mix("#ffffff", "#0072B2", 0), "rgb(255,255,255)");
  assert.equal(maths.mix("#fff", "#0072B2", 1), "rgb(0,114,178)");
  assert.equal(maths.ramp(["#000000", "#ffffff", "#ff0000"], 0.75), "rgb(255,128,128)");
  assert.ok(maths.luminance("#0e1117") < 0.1 && maths.luminance("rgb(250,250,250)") > 0.9);
});
