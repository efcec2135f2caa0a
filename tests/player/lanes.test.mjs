import assert from "node:assert/strict";
import test from "node:test";
import { decode } from "../../assets/player/wire/decode.js";
import { Lanes } from "../../assets/player/wire/lanes.js";
import { position } from "../../assets/player/time/pacing.js";

const base64 = (...values) => Buffer.from(Uint8Array.from(values)).toString("base64");
const point = Buffer.from(new Float32Array([0, 1]).buffer).toString("base64");
const fixed = { points: { x: point, y: point }, network: {}, max_iter: 50 };
const row = (i, shift = 1) => ({
  i,
  ll: -10 + i,
  g: [[1, shift * i, 0, 1, 0, 1, 0]],
  ...(i ? { l: base64(0, 1), c: base64(255, 128) } : {}),
});
const rows = (from, to, shift) => Array.from({ length: to - from + 1 }, (_, k) => row(from + k, shift));
const model = (letter, more) => {
  const sent = { letter, title: letter, name: letter, run: letter, static: fixed, end: null, ...more };
  return decode({ models: [sent] }).models[0];
};
const lanes = (...models) => {
  const all = new Lanes("c1", models);
  all.take(models);
  return all;
};
const ended = (iteration) => ({ end: { iteration, reason: "" } });
const shown = (all, at, sync) => all.scenes(at, sync).map((s) => s && [s.iteration, s.half]);

test("a row is there once every model has it, or has ended before it", () => {
  const all = lanes(model("A", { rows: rows(0, 4) }), model("B", { rows: rows(0, 2) }));
  assert.deepEqual([all.newest, all.missing(0), all.end, all.complete], [2, 3, null, false]);
  all.take([model("A"), model("B", ended(2))]);
  assert.deepEqual([all.newest, all.missing(0), all.end], [4, 5, null]);
  all.take([model("A", ended(6)), model("B", ended(2))]);
  assert.equal(all.end.iteration, 6);
  assert.deepEqual([all.newest, all.complete], [4, false]);
  all.take([model("A", { ...ended(6), rows: rows(5, 6) }), model("B", ended(2))]);
  assert.deepEqual([all.newest, all.complete], [6, true]);
});

test("an end that is known ahead of its rows holds the others up until they are here", () => {
  const all = lanes(model("A", { rows: rows(0, 4) }), model("B", { rows: rows(0, 1), ...ended(3) }));
  assert.deepEqual([all.newest, all.missing(0)], [1, 2]);
});

test("an end that was told once stays within a run", () => {
  const all = lanes(model("A", { rows: rows(0, 4), ...ended(4) }), model("B", { rows: rows(0, 4), ...ended(4) }));
  assert.equal(all.take([model("A"), model("B")]).answer, false);
  assert.ok(all.complete);
});

test("what one model has not got is asked for before a sketch of another that comes later", () => {
  const [sketch] = rows(3, 3).map(({ i, ll }) => ({ i, ll, sketch: true }));
  const all = lanes(model("A", { rows: rows(0, 1) }), model("B", { rows: [...rows(0, 2), sketch] }));
  assert.equal(all.missing(0), 2);
});

test("a row changes as much as the model that changes most", () => {
  const all = lanes(model("A", { rows: rows(0, 2, 1) }), model("B", { rows: rows(0, 2, 5) }));
  const [a, b] = all.all.map((lane) => lane.history.rows[2].change);
  assert.ok(b > a);
  assert.equal(all.rows[2].change, b);
});

test("a model that fails, at once or on the way, never holds the others up", () => {
  const all = lanes(
    model("A", { rows: rows(0, 4) }),
    model("B", { run: null, error: "It has too few rows." }),
    model("C", { rows: rows(0, 1) }),
  );
  assert.equal(all.newest, 1);
  all.take([
    model("A", ended(4)),
    model("B", { run: null, error: "It has too few rows." }),
    model("C", { error: "No." }),
  ]);
  assert.deepEqual([all.newest, all.complete, all.end.iteration], [4, true, 4]);
  assert.deepEqual(shown(all, position(4, "M"), "iteration"), [[4, "M"], null, [1, "M"]]);
  assert.equal(all.ended(all.all[2], all.scenes(8, "iteration")[2]), true);
});

test("nothing is there and nothing is missing when every model has failed", () => {
  const all = lanes(model("A", { run: null, error: "No." }), model("B", { run: null, error: "No." }));
  assert.deepEqual([all.fixed, all.newest, all.last, all.complete, all.end], [null, -1, 0, true, null]);
});

test("by iteration, a model that has ended stays at its last picture", () => {
  const all = lanes(model("A", { rows: rows(0, 4), ...ended(4) }), model("B", { rows: rows(0, 2), ...ended(2) }));
  assert.deepEqual(shown(all, position(2, "E"), "iteration"), [
    [2, "E"],
    [2, "E"],
  ]);
  assert.deepEqual(shown(all, position(3, "E"), "iteration"), [
    [3, "E"],
    [2, "M"],
  ]);
  assert.equal(all.ended(all.all[1], all.scenes(position(2, "E"), "iteration")[1]), false);
});

test("by convergence, all begin and end together, and an E-step is one only where the iteration has changed", () => {
  const all = lanes(model("A", { rows: rows(0, 10), ...ended(10) }), model("B", { rows: rows(0, 5), ...ended(5) }));
  const b = (t, half) => shown(all, position(t, half), "convergence")[1];
  assert.deepEqual(
    [b(0, "M"), b(10, "M")],
    [
      [0, "M"],
      [5, "M"],
    ],
  );
  const halves = Array.from({ length: 10 }, (_, k) => b(k + 1, "E"));
  assert.equal(halves.filter(([, half]) => half === "E").length, 5);
  for (let t = 1; t <= 10; t++) assert.ok(b(t, "M")[0] - b(t - 1, "M")[0] <= 1);
});

test("until all ends are known, by convergence is by iteration", () => {
  const all = lanes(model("A", { rows: rows(0, 4) }), model("B", { rows: rows(0, 2), ...ended(2) }));
  assert.deepEqual(shown(all, position(2, "M"), "convergence"), [
    [2, "M"],
    [2, "M"],
  ]);
});

test("the slider reaches as far as any model may go", () => {
  const all = lanes(model("A", { rows: rows(0, 4), ...ended(4) }), model("B", { rows: rows(0, 2) }));
  assert.equal(all.last, 50);
  all.take([model("A", ended(4)), model("B", { rows: rows(3, 7), ...ended(7) })]);
  assert.equal(all.last, 7);
});

test("a new comparison keeps the runs that were there before, in any place", () => {
  const before = lanes(model("A", { rows: rows(0, 4) }), model("B", { rows: rows(0, 2) }));
  const models = [model("A", { run: "C" }), model("B", { run: "A" })];
  const after = new Lanes("c2", models, before);
  assert.equal(after.all[1].history, before.all[0].history);
  assert.equal(after.all[0].history.newest, -1);
  assert.equal(after.fixed, null);
});

test("a sketch of one model is asked for, and shown once all models have their pictures; an ended one stays at its end", () => {
  const sketches = (upto) => rows(0, upto).map(({ i, ll }) => ({ i, ll, sketch: true }));
  const all = lanes(
    model("A", { rows: [...sketches(3), row(4)] }),
    model("B", { rows: [...sketches(1), row(2)], ...ended(2) }),
  );
  assert.deepEqual([all.newest, all.sketches], [4, 6]);
  assert.deepEqual(
    [4, 8].map((at) => all.shows(at)),
    [false, true],
  );
  assert.deepEqual(
    [0, 2, 4].map((t) => all.missing(t)),
    [0, 2, 5],
  );
  all.take([model("A", { rows: rows(2, 3) }), model("B", ended(2))]);
  assert.ok(all.shows(4) && !all.rows[2].sketch && all.rows[1].sketch);
});
