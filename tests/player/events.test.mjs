import assert from "node:assert/strict";
import test from "node:test";
import { told } from "../../assets/player/panels/events.js";
import { sentencesOf } from "../../assets/player/panels/status.js";
import { decodeRow } from "../../assets/player/wire/decode.js";

const rows = [
  { i: 0 },
  { i: 1, e: [["held apart null 1", "Components 1 and 2 coincided."]] },
  { i: 2, e: [["held apart null 1", ""], ["thin component null 3", "Component 4 is thin."]] },
  { i: 3, e: [] },
  { i: 4, e: [["held apart null 1", "Components 1 and 2 coincided."]] },
].map(decodeRow);

test("an event that comes again is told once, with how often and until when", () => {
  assert.deepEqual(told(rows), [
    { first: 1, sentence: "Iterations 1 to 4, 3 times: Components 1 and 2 coincided." },
    { first: 2, sentence: "Iteration 2: Component 4 is thin." },
  ]);
});

test("the line of words tells an event where it begins, and not where it goes on", () => {
  assert.deepEqual(rows.map((row) => sentencesOf(row).length), [0, 1, 1, 0, 1]);
});
