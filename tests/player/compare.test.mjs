import assert from "node:assert/strict";
import test from "node:test";
import { readableRange } from "../../assets/player/drawing/chart.js";
import { apart, clear, spanOf } from "../../assets/player/panels/compare_curve.js";
import { measured, ranked } from "../../assets/player/panels/compare_table.js";

const models = ["A", "B", "C"];

test("a measure puts the best model first, and those without a value last", () => {
  assert.deepEqual(ranked(models, { better: "lower", values: [3, 1, 2] }), [1, 2, 0]);
  assert.deepEqual(ranked(models, { better: "higher", values: [3, null, 5] }), [2, 0, 1]);
  assert.deepEqual(ranked(models, { better: "lower", values: [null, 4, null] }), [1, 0, 2]);
  assert.deepEqual(ranked(models, { better: "higher", values: [1, 1, 1] }), [0, 1, 2]);
  assert.deepEqual(ranked(models), [0, 1, 2]);
});

test("a value has as many decimals as two digits of its error", () => {
  assert.equal(measured(-1.23456, 0.0432), "−1.235 ± 0.043");
  assert.equal(measured(-371.4, 12.6), "−371 ± 13");
  assert.equal(measured(0.5, 0), "0.500");
  assert.equal(measured(null, 0.1), "–");
});

test("letters keep their distance, stay below the top, and move no more than they must", () => {
  assert.deepEqual(apart([10, 50, 90], 13, 100), [10, 50, 90]);
  assert.deepEqual(apart([99, 100, 98], 13, 100), [87, 100, 74]);
  assert.deepEqual(apart([20, 20], 13, 100), [20, 33]);
});

test("a letter goes to the nearest place off the lines, and stays if there is none", () => {
  assert.equal(clear(50, [], 100), 50);
  assert.equal(clear(50, [[45, 58]], 100), 45);
  assert.equal(clear(50, [[45, 58], [40, 47]], 100), 58);
  assert.equal(clear(2, [[-5, 9]], 100), 9);
  assert.equal(clear(50, [[-1, 101]], 100), 50);
});

test("the span of a line between two places is that of its values there", () => {
  const line = { x: [0, 1, 2, 4], y: [0, 10, 10, 0] };
  assert.deepEqual(spanOf(line, 0.5, 1.5), [5, 10]);
  assert.deepEqual(spanOf(line, 3, 9), [0, 5]);
  assert.equal(spanOf(line, 4, 9), null, "it ends before");
  assert.equal(spanOf({ x: [], y: [] }, 0, 1), null);
  assert.equal(spanOf({ x: [0, 1], y: [NaN, NaN] }, 0, 1), null);
});

test("a range leaves a few very low values out, unless everything is wanted", () => {
  const values = [-5000, ...Array.from({ length: 39 }, (_, i) => -100 + i)];
  assert.ok(readableRange(values)[0] > -200);
  assert.ok(readableRange(values, true)[0] < -5000);
  assert.deepEqual(readableRange([]), [0, 1]);
  assert.ok(readableRange(values, false, values.slice(0, 3))[0] < -5000, "of a curve that has just begun all is in sight");
});
