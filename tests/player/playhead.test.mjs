import assert from "node:assert/strict";
import test from "node:test";
import { decodeRows } from "../../assets/player/wire/decode.js";
import { History } from "../../assets/player/wire/history.js";
import { Playhead } from "../../assets/player/time/playhead.js";

globalThis.matchMedia = () => ({ matches: false });

class Silent extends Playhead {
  constructor(rows, end = null) {
    super();
    this.log = [];
    this.history = new History("r1");
    this.history.fixed = { maxIter: 50, network: {} };
    this.history.end = end;
    this.grow(rows);
  }
  grow(rows) {
    this.history.take(decodeRows(Array.from({ length: rows }, (_, i) => ({ i, ll: i, g: [[1, 0, 0, 1, 0, 1, 0]] }))));
  }
}
for (const name of ["repaint", "used", "told", "ask", "mark"]) {
  Silent.prototype[name] = function () {
    this.log.push(name);
  };
}
const run = (head, seconds, from = 1000) => {
  for (let t = 0; t <= 60 * seconds; t++) head.tick(from + (1000 * t) / 60);
};

test("playing reaches the end, stops there and says so; playing again starts anew", () => {
  const head = new Silent(11, { iteration: 10, reason: "" });
  head.play();
  assert.equal(head.state, "playing");
  run(head, 5);
  assert.equal(head.state, "finished");
  assert.equal(head.at, 20);
  assert.ok(head.log.includes("told"));
  head.play();
  assert.equal(head.at, 0);
});

test("a goal beyond the known rows is waited for", () => {
  const head = new Silent(5);
  head.jump(20);
  assert.deepEqual([head.state, head.at, head.wanted], ["waiting", 8, 40]);
  head.grow(15);
  head.tick(1000);
  assert.deepEqual([head.state, head.at], ["waiting", 28]);
  head.grow(25);
  head.tick(1016);
  assert.deepEqual([head.state, head.at, head.wanted], ["paused", 40, null]);
});

test("half-steps go through the E-step, whole ones do not; a step stops playing", () => {
  const head = new Silent(5);
  head.play();
  head.step(1, true);
  assert.deepEqual([head.state, head.at, head.slow], ["paused", 1, true]);
  head.step(1);
  assert.equal(head.at, 2);
  head.step(-1);
  assert.equal(head.at, 0);
});

test("a half-step that is not known yet comes to rest at the E-step", () => {
  const head = new Silent(1);
  head.step(1, true);
  assert.deepEqual([head.state, head.at, head.wanted], ["waiting", 0, 1]);
  head.grow(5);
  head.tick(1000);
  assert.deepEqual([head.state, head.at], ["paused", 1]);
});

test("dragging keeps the picture moving until the hand lets go", () => {
  const head = new Silent(10);
  head.scrub(4, false);
  assert.ok(head.busy && !head.log.includes("told"));
  head.scrub(6, true);
  assert.ok(!head.busy && head.log.includes("told"));
  assert.equal(head.at, 12);
});

test("steps that wait for their rows all count", () => {
  const head = new Silent(1);
  for (let i = 0; i < 3; i++) head.step(1);
  assert.deepEqual([head.at, head.wanted], [0, 6]);
  head.step(-1);
  head.grow(5);
  head.tick(1000);
  assert.deepEqual([head.at, head.state], [4, "paused"]);
});

test("the picture stays until that of a sketch is here", () => {
  const head = new Silent(0);
  const g = [[1, 0, 0, 1, 0, 1, 0]];
  head.history.take(decodeRows([0, 1, 2, 3].map((i) => ({ i, ll: i, sketch: true })).concat({ i: 4, ll: 4, g })));
  head.at = 8;
  head.jump(2);
  assert.deepEqual([head.at, head.wanted, head.state], [8, 4, "waiting"]);
  head.history.take(decodeRows([{ i: 2, ll: 2, g }]));
  head.play();
  run(head, 1);
  assert.deepEqual([head.at, head.state], [4, "waiting"], "playing waits for the next one");
});

test("the introduction ends where it was seen to its end, and where a person chooses another pace", () => {
  const seen = new Silent(50);
  seen.introduce = true;
  seen.play();
  run(seen, 3);
  assert.deepEqual([seen.at, seen.introduce], [1, true]);
  run(seen, 16);
  assert.equal(seen.introduce, false);
  for (const choose of [(head) => head.setSpeed(60), (head) => head.setLinger(false)]) {
    const hurried = new Silent(50);
    hurried.introduce = true;
    choose(hurried);
    assert.equal(hurried.settings.introduce, false);
  }
});
