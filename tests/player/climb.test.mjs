import assert from "node:assert/strict";
import { test } from "node:test";
import { climbedOf, whyApart } from "../../assets/player/climb.js";
import { whoClimbs } from "../../assets/player/compare_curve.js";

const same = { v: 1, ll: -5, obj: -5, apart: false };
const hot = { v: 0.3, ll: -5, obj: -9, apart: true };
const charged = { v: 1, ll: -5, obj: -7, apart: true };

test("EM climbs the log-likelihood where the objective is the same number", () => {
  assert.equal(whyApart([same, same]), "");
  assert.equal(climbedOf([same])(same), -5);
  assert.equal(whyApart([]), "");
});

test("a run climbs its objective throughout once it is another number anywhere", () => {
  const climbed = climbedOf([hot, { ...same, ll: -4, obj: -4.0001 }]);
  assert.deepEqual([hot, same].map(climbed), [-9, -5]);
});

test("why it is another number: annealing while v is below 1, regularisation at 1, or both", () => {
  assert.equal(whyApart([hot, same]), "annealed");
  assert.equal(whyApart([same, charged]), "regularised");
  assert.equal(whyApart([charged, hot]), "both");
});

test("a comparison names the models that climb an objective", () => {
  assert.equal(whoClimbs(["A", "B"], ["", ""]), "");
  assert.match(whoClimbs(["A", "B"], ["", "annealed"]), /of B an objective that annealing softens\./);
  assert.match(whoClimbs(["A", "B", "C", "D"], ["annealed", "regularised", "", "both"]), /of A, B and D an objective .* or in which/);
});
