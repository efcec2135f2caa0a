import assert from "node:assert/strict";
import test from "node:test";
import { linesOf } from "../../assets/player/panels/confusion.js";

test("the table of known classes stands in the order that puts the best match on the diagonal", () => {
  const counts = [
    [5, 0, 45],
    [0, 9, 0],
    [41, 0, 3],
    [0, 7, 0],
  ];
  const lines = linesOf({ counts, components: [0, 1, 2, 3], classes: [2, 1, 0] });
  assert.deepEqual(
    lines.map(({ component, cells }) => [component, ...cells.map(({ count }) => count)]),
    [
      [0, 45, 0, 5],
      [1, 0, 9, 0],
      [2, 3, 0, 41],
      [3, 0, 7, 0],
    ],
  );
  const matched = lines.flatMap(({ cells }) => cells.filter((cell) => cell.matched).map(({ count }) => count));
  assert.deepEqual(matched, [45, 9, 41]);
});
