import assert from "node:assert/strict";
import test from "node:test";
import { decodeRows } from "../../assets/player/wire/decode.js";
import { History } from "../../assets/player/wire/history.js";
import { Patient } from "../../assets/player/time/preparing.js";

globalThis.matchMedia = () => ({ matches: false });

class Silent extends Patient {
  constructor(rows = 5) {
    super();
    Object.assign(this, { problem: "", files: [] });
    this.run("r1", rows);
  }
  run(name, rows, end = null) {
    this.history = new History(name);
    Object.assign(this.history, { fixed: { maxIter: 50, network: {}, awaited: "Rows are computed." }, end });
    this.history.take(decodeRows(Array.from({ length: rows }, (_, i) => ({ i, ll: i, g: [[1, 0, 0, 1, 0, 1, 0]] }))));
    Object.assign(this, { at: 0, wanted: null });
  }
  export(kind) {
    if (!this.wish("export", kind)) this.files.push([this.history.run, kind]);
  }
  fail(problem) {
    Object.assign(this, { problem, playing: false });
  }
}
for (const name of ["repaint", "used", "told", "ask", "mark"]) Silent.prototype[name] = () => {};

test("what is pressed while a run is prepared happens to that run, in its order", () => {
  const head = new Silent();
  head.prepare();
  head.step(1);
  head.step(1);
  head.step(1, true);
  head.export("script");
  assert.deepEqual([head.state, head.at, head.files], ["preparing", 0, []]);
  head.run("r2", 9);
  head.prepared();
  assert.deepEqual([head.state, head.at, head.files], ["paused", 5, [["r2", "script"]]]);
});

test("Play shows Pause at once, and plays the new run only; a second press takes it back", () => {
  for (const presses of [1, 2, 3]) {
    const head = new Silent();
    head.prepare();
    for (let i = 0; i < presses; i++) head.toggle();
    assert.deepEqual([head.bar.running, head.playing], [presses % 2 === 1, false]);
    head.run("r2", 9);
    head.prepared();
    assert.equal(head.state, presses % 2 ? "playing" : "paused");
  }
});

test("what plays goes on playing, even if the run before came to its end meanwhile", () => {
  const head = new Silent();
  head.play();
  head.prepare();
  head.halt();
  head.run("r2", 9);
  head.prepared();
  assert.equal(head.state, "playing");
  head.prepare();
  head.toggle();
  head.prepared();
  assert.equal(head.state, "paused");
});

test("a page that runs for nothing leaves a run at its end there", () => {
  const head = new Silent();
  head.play();
  head.prepare();
  head.history.end = { iteration: 4, reason: "" };
  Object.assign(head, { at: 8, playing: false });
  head.prepared();
  assert.deepEqual([head.state, head.at], ["finished", 8]);
});

test("dragged to many places, the slider means the last; at an end the buttons are for the new run", () => {
  const head = new Silent();
  head.run("r1", 5, { iteration: 4, reason: "" });
  head.jump(4);
  head.prepare();
  assert.equal(head.bar.atEnd, false);
  for (const goal of [1, 2, 3]) head.scrub(goal, goal === 3);
  assert.deepEqual([head.bar.iteration, head.at, head.wishes.length], [3, 8, 1]);
  head.run("r2", 9);
  head.prepared();
  assert.equal(head.at, 6);
});

test("of settings that are refused, what was pressed for them is said once and does not happen to the run before", () => {
  const head = new Silent();
  head.prepare();
  head.prepared("", true);
  assert.equal(head.problem, "", "nothing was pressed");
  for (const [problem, refused] of [["", true], ["This run cannot go on.", false]]) {
    head.prepare();
    head.toggle();
    head.prepared(problem, refused);
    assert.equal(head.state, "paused");
    assert.ok(problem ? head.problem === problem : head.problem.includes("cannot be used"));
  }
});

test("what is awaited is told after three seconds, and no longer once it is here", () => {
  const head = new Silent();
  const second = () => (head.second(), head.working);
  assert.deepEqual([second(), second(), second(), second()], ["", "", "", ""], "nothing is awaited");
  head.jump(7);
  assert.deepEqual([head.working, second(), second(), second()], ["", "", "", "Rows are computed."]);
  head.prepare();
  assert.equal(head.working, "Preparing…");
  head.prepared();
  head.pause();
  assert.deepEqual([head.working, second()], ["", ""]);
  head.jump(7);
  assert.deepEqual([second(), second()], ["", ""], "it is counted anew");
});
