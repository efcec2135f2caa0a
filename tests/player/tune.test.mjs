// The chart of Tune: what is said of a job, what it offers, which marks are picked, and where a schedule may be.
import assert from "node:assert/strict";
import { test } from "node:test";
import { enlarged, touchedOnce } from "../../assets/player/tune/figure.js";
import { picked, placed } from "../../assets/player/tune/marks.js";
import { pause } from "../../assets/player/tune/polling.js";
import { lasting, offers, saying } from "../../assets/player/tune/progress.js";
import { after, iterationsOf, roomOnTheRight, startOf } from "../../assets/player/tune/schedule.js";

const job = { version: 1, state: "running", done: 1200, total: 5000, left: 42, smaller: null, problem: null };

test("a time is said no more exactly than it is known", () => {
  const said = [null, 0.4, 4.4, 42, 130, 6000].map((seconds) => lasting(seconds));
  assert.deepEqual(said, ["", "a second", "4 seconds", "40 seconds", "2 minutes", "2 hours"]);
});

test("a job says how far it is, and what is left", () => {
  assert.equal(saying(job), "1,200 of 5,000 done, about 40 seconds left.");
  assert.equal(saying({ ...job, left: null }), "1,200 of 5,000 done.");
  assert.match(saying({ ...job, state: "cancelled" }), /Stopped at 1,200 of 5,000; what is done is kept/);
  assert.match(saying({ ...job, state: "asks" }), /about 40 seconds here, as measured on the first 1,200/);
  assert.match(saying({ ...job, state: "asks", done: 0, left: null }), /not known yet/);
  assert.deepEqual(offers({ ...job, state: "asks", left: null }).map(([, label]) => label), ["Run all of it", "Leave it"]);
  assert.equal(saying({ ...job, state: "done" }), "");
  assert.equal(saying({ ...job, state: "failed", problem: "Why." }), "Why.");
});

test("what works can be stopped, what asks offers less first, and what was found once offers more", () => {
  const orders = (told) => offers({ ...job, ...told }).map(([order]) => order);
  assert.deepEqual(orders({}), ["cancel"]);
  assert.deepEqual(orders({ state: "asks", smaller: 9 }), ["smaller", "go", "cancel"]);
  assert.deepEqual(orders({ state: "asks" }), ["go", "cancel"]);
  assert.deepEqual(orders({ state: "done" }), []);
  assert.deepEqual(orders({ state: "done", more: { starts: 50, cells: 3 } }), ["more"]);
  assert.match(offers({ ...job, state: "done", more: { starts: 50, cells: 3 } })[0][1], /once in 3 settings: run 50 starts/);
  assert.deepEqual(orders({ state: "done", more: { starts: 50, cells: 3 }, test: { components: 2 } }), ["test", "more"]);
  assert.equal(offers({ ...job, state: "done", test: { components: 2 } })[0][1], "Test 2 against 3 components");
  assert.deepEqual(orders({ test: { components: 2 } }), ["cancel"]);
});

test("a job is asked often while it works, seldom once it has ended, and never faster than it answers", () => {
  assert.ok(pause("running", 10) < 1000 && pause("running", 1000) === 5000);
  assert.ok(pause("done", 10) >= 30_000);
  assert.ok(pause("done", 10, "running") < 1000, "once more: it may have ended while it answered");
});

test("two marks are picked at most, the last ones, and the same again is let go", () => {
  const one = picked([], [0, 1]);
  const two = picked(one, [0, 2]);
  assert.deepEqual(two, [[0, 1], [0, 2]]);
  assert.deepEqual(picked(two, [3, 0]), [[0, 2], [3, 0]]);
  assert.deepEqual(picked(two, [0, 1]), [[0, 2]]);
});

test("on a wall marks, lines and letters grow, and what is drawn stays where it is", () => {
  const trace = { x: [1, 2], y: [3, 4], customdata: [[0, 1]], marker: { size: 8, line: { width: 2 } }, line: { width: 3, color: "#123456" }, textfont: { size: 10 } };
  const large = { ...trace, marker: { size: 12, line: { width: 3 } }, line: { width: 4.5, color: "#123456" }, textfont: { size: 15 } };
  assert.deepEqual(enlarged(trace, 1.5), large);
  assert.deepEqual(enlarged(trace, 1), trace);
  assert.equal(enlarged(large, 1.5).x, trace.x, "the very rows");
});

test("a schedule is one that the settings allow", () => {
  assert.deepEqual([0.001, 0.12, 0.13, 0.99, 7].map(startOf), [0.05, 0.1, 0.15, 1, 1]);
  assert.deepEqual([iterationsOf(50, 0.5), iterationsOf(90, 0.9), iterationsOf(0, 0.5), iterationsOf(1e9, 0.5)], [100, 100, 10, 5000]);
});

test("the list in a place holds another mark or none, and no mark is there twice", () => {
  assert.deepEqual(placed([], 0, [0, 1]), [[0, 1]]);
  assert.deepEqual(placed([[0, 1]], 1, [0, 2]), [[0, 1], [0, 2]]);
  assert.deepEqual(placed([[0, 1], [0, 2]], 0, [0, 3]), [[0, 3], [0, 2]]);
  assert.deepEqual(placed([[0, 1], [0, 2]], 1, [0, 1]), [[0, 1]]);
  assert.deepEqual(placed([[0, 1], [0, 2]], 0, [0, 2]), [[0, 2]]);
  assert.deepEqual(placed([[0, 1], [0, 2]], 0, null), [[0, 2]]);
});

test("keys move a handle by a step, by five, and to either end, and others do nothing", () => {
  const schedule = { start_v: 0.5, max_iter: 100 };
  const keys = ["ArrowUp", "ArrowLeft", "PageUp", "PageDown", "Home", "End"];
  assert.deepEqual(keys.map((key) => after("start", key, schedule).start_v), [0.55, 0.45, 0.75, 0.25, 0.05, 1]);
  assert.deepEqual(keys.map((key) => after("end", key, schedule).max_iter), [110, 90, 150, 50, 10, 5000]);
  assert.deepEqual([after("start", "Tab", schedule), after("end", "a", schedule)], [null, null]);
  assert.equal(after("start", "ArrowUp", schedule).max_iter, 100);
});

test("the mouse's press that a browser makes of a touch is not heard, and one of a mouse is", () => {
  const plot = new EventTarget();
  touchedOnce(plot);
  const heard = (name, timeStamp) => {
    const event = Object.defineProperty(new Event(name), "timeStamp", { value: timeStamp });
    plot.dispatchEvent(event);
    return !event.cancelBubble; // whether it goes on to the picture
  };
  assert.ok(heard("mousedown", 0));
  assert.ok(heard("touchstart", 1000) && heard("touchend", 2000), "a long one");
  assert.ok(!heard("mousedown", 2030));
  assert.ok(heard("mousedown", 3000));
});

test("where v is 1 lies within the axis, with room to draw it farther out", () => {
  assert.deepEqual(roomOnTheRight([-1, 32], { max_iter: 60, share: 0.5 }), [-1, 34.5]);
  assert.deepEqual(roomOnTheRight([-1, 100], { max_iter: 60, share: 0.5 }), [-1, 100]);
});
