// The numbers of a component, typed: the edit that each is leads to it, and to nothing else.
import assert from "node:assert/strict";
import test from "node:test";
import { editTo, numberOf, typed, wrong } from "../../assets/player/maths/hand_numbers.js";
import { componentIn } from "../../assets/player/maths/hands.js";
import { shapeAfter } from "../../assets/player/maths/pulls.js";

const SHAPE = {
  gaussians: [
    [0.3, 2, 40, 0.25, 2, 100, 0],
    [0.7, 4, 60, 0.5, -1, 25, 1],
  ],
  arrows: [
    [1.5, 30, 2, 40],
    [4.5, 61, 4, 60],
  ],
};
const NAMES = [["mean", 0], ["mean", 1], ["deviation", 0], ["deviation", 1], ["location", 0], ["location", 1], ["correlation", 0]];

/** The pull that a text is. */
function pullOf(text) {
  const [, letter, numbers] = text.match(/^([dtb])2\(([^)]*)\)$/);
  const [a, b, c, d] = numbers.split(",").map(Number);
  if (letter === "d") return { kind: "move", place: [a, b] };
  return letter === "b" ? { kind: "bend", arrow: [a, b] } : { kind: "reshape", matrix: [[a, b], [c, d]] };
}

test("a number that is typed is that of the component then, and all others of it are as before", () => {
  const before = componentIn(SHAPE, 1);
  const values = { mean: 3.5, deviation: 0.9, location: 5.5, correlation: 0.6 };
  for (const [name, axis] of NAMES) {
    const after = componentIn(shapeAfter(SHAPE, 1, pullOf(editTo(before, 1, "", name, axis, values[name]))), 1);
    for (const [other, along] of NAMES) {
      const same = other === name && along === axis;
      // what leans is carried along where it is moved or stretched
      if (other === "location" && name !== "location") continue;
      const expected = same ? values[name] : numberOf(before, other, along);
      const now = numberOf(after, other, along);
      assert.ok(Math.abs(now - expected) < 1e-6 * (1 + Math.abs(expected)), `${other} ${along} is ${now} after ${name} ${axis}`);
    }
  }
  assert.equal(editTo(before, 1, "@1.3", "weight", 0, 0.25), "w2(0.25)");
  assert.equal(editTo(before, 1, "@1.3", "mean", 1, 7), "d2@1.3(4,7)");
});

test("in one dimension too", () => {
  const line = componentIn({ gaussians: [[1, 5, 4, 0]] }, 0);
  assert.equal(editTo(line, 0, "@3", "deviation", 0, 3), "t1@3(1.5)");
  assert.equal(numberOf(line, "deviation", 0), 2);
});

test("what is typed is read with point or comma and either sign, and what cannot be is told", () => {
  assert.deepEqual([" 1.5 ", "−0,5", "-2e3"].map(typed), [1.5, -0.5, -2000]);
  for (const text of ["", " ", "a", "1 2", "1,2,3"]) assert.equal(wrong("mean", typed(text)), "That is not a number.");
  assert.equal(wrong("mean", -3), "");
  assert.match(wrong("deviation", 0), /above 0/);
  assert.match(wrong("correlation", -1), /between −1 and 1/);
  assert.match(wrong("weight", 1), /between 0 and 1/);
  assert.deepEqual([wrong("deviation", 0.1), wrong("correlation", -0.99), wrong("weight", 0.5)], ["", "", ""]);
});
