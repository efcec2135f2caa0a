import assert from "node:assert/strict";
import test from "node:test";
import { niceCeiling, quantile } from "../../assets/player/maths/ranges.js";

test("axes end at nice numbers", () => {
  assert.deepEqual([0, 10, 11, 51, 101, 1999].map(niceCeiling), [10, 10, 20, 100, 200, 2000]);
});

test("quantiles are those of linear interpolation and ignore what is not finite", () => {
  assert.equal(quantile([4, 1, 3, 2, -Infinity, null], 0.5), 2.5);
});
