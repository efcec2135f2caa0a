import assert from "node:assert/strict";
import test from "node:test";
import { decimals, percent, reading, seconds, significant } from "../../assets/player/maths/text.js";

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
  for (const [value, text] of cases) assert.equal(significant(value), text);
  assert.equal(decimals(-371.428), "−371.43");
  assert.equal(decimals(-1234567.891, 3), "−1,234,567.891");
  assert.equal(percent(0.346), "35 %");
});

test("how long something takes has two digits", () => {
  assert.deepEqual([0.0512, 0.2349, 0.3, 1.27, 9.96, 12.7, 1234].map(seconds), ["0.051 s", "0.23 s", "0.3 s", "1.3 s", "10 s", "13 s", "1,234 s"]);
});

test("a metric has the digits its size deserves", () => {
  const cases = [
    [-2266.994, "−2,266.99"],
    [4613.5, "4,613.50"],
    [1234567, "1,234,567"],
    [23, "23"],
    [0.51234, "0.512"],
    [1, "1.000"],
    [-0.02, "−0.020"],
    [null, "–"],
    [Infinity, "∞"],
  ];
  for (const [value, text] of cases) assert.equal(reading(value), text);
});
