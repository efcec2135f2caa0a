// Who leads and who follows, without a page: what is told and when, what is done with it, and guesses as pictures.
import assert from "node:assert/strict";
import test from "node:test";
import * as deciding from "../../assets/player/room/deciding.js";
import { drive, placeOf, samePlace } from "../../assets/player/room/driving.js";
import { Seat } from "../../assets/player/room/seat.js";

const { cellOf, centreOf, codeOf, decide, medianOf, sameAxes, stacked, summary, Teller, EVERY, GRID } = deciding;

test("a code is read however it is typed, and nothing else is one", () => {
  assert.equal(codeOf(" bk trm\n"), "BKTRM");
  assert.deepEqual(["", "BKTR", "BKTRMM", "BKTR1", "<b>xy"].map(codeOf), ["", "", "", "", ""]);
});

test("who follows goes where the leader is, asks Python once for another state, and else waits", () => {
  const state = { page: "", query: "v=1&k=3" };
  const place = { iteration: 3 };
  assert.equal(decide({}, state, ""), "wait", "the leader has told nothing");
  assert.equal(decide({ state, place }, { page: "", query: "v=1" }, ""), "ask");
  assert.equal(decide({ state, place }, { page: "compare", query: "v=1&k=3" }, ""), "ask");
  assert.equal(decide({ state, place }, { page: "", query: "v=1" }, "?v=1&k=3"), "wait", "it was asked; Python went elsewhere");
  assert.equal(decide({ state, place }, state, "?v=1&k=3"), "go");
  assert.equal(decide({ state }, state, ""), "wait");
  assert.equal(decide({ state, place }, state, "", place), "stay", "it was there: while it plays the place is out of date");
  assert.equal(decide({ state, place: { ...place } }, state, "", place), "go", "told anew");
});

test("what is new is told at once, what follows together, the last of each, and after a failure again", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const turns = async () => {
    for (let i = 0; i < 10; i++) await Promise.resolve();
  };
  const sent = [];
  let fails = false;
  const teller = new Teller(async (parts) => {
    if (fails) throw new Error();
    sent.push(parts);
  });
  for (let i = 1; i <= 5; i++) teller.tell({ place: i });
  teller.tell({ pins: 0 });
  await turns();
  assert.deepEqual(sent, [{ place: 1 }]);
  context.mock.timers.tick(EVERY);
  await turns();
  assert.deepEqual(sent, [{ place: 1 }, { place: 5, pins: 0 }]);
  context.mock.timers.tick(10 * EVERY);
  await turns();
  assert.equal(sent.length, 2, "nothing is told without news");
  fails = true;
  teller.tell({ place: 6, state: 1 });
  await turns();
  fails = false;
  teller.tell({ place: 7 });
  await turns();
  assert.deepEqual(sent.at(-1), { place: 7, state: 1 });
  context.mock.timers.tick(EVERY);
  teller.beat();
  await turns();
  assert.deepEqual(sent.at(-1), {}, "a beat says that the leader is there");
  teller.stop();
});

test("a place lies in the cell whose middle is near, and beside the grid in none", () => {
  const question = { x: [10, 20], y: [-1, 1] };
  for (const place of [[10, -1], [13.3, 0.2], [19.99, 0.99]]) {
    const [x, y] = centreOf(cellOf(place, question), question);
    assert.ok(Math.abs(x - place[0]) <= 5 / GRID + 1e-9 && Math.abs(y - place[1]) <= 1 / GRID + 1e-9);
  }
  for (const place of [[9.9, 0], [20, 0], [15, 1.01], [NaN, 0]]) assert.equal(cellOf(place, question), null);
});

test("numbers are dots in columns, none is lost, and a few far ones do not squeeze the rest", () => {
  assert.deepEqual([[], [3], [1, 2], [1, 2, 9]].map(medianOf), [null, 3, 1.5, 2]);
  const many = [...Array.from({ length: 98 }, (_, i) => i), 1e9, 1e12];
  const { low, high, counts, below, above } = stacked(many);
  assert.equal(counts.reduce((a, b) => a + b), 100);
  assert.ok(low === 0 && high < 200 && below === 0 && above === 2);
  const alike = stacked([5, 5, 5]);
  assert.ok(alike.low < 5 && alike.high > 5 && Math.max(...alike.counts) === 3);
  assert.equal(summary({ numbers: [1, 4] }, String), "2 answers, median 2.5");
  assert.equal(summary({ numbers: [] }, String), "0 answers");
  assert.equal(summary({ cells: [[1, 2, 3], [0, 0, 1]] }, String), "4 answers");
});

test("the same data in the same view have the same axes", () => {
  assert.ok(sameAxes("v=1&d=iris&k=3&w=1,2", "v=1&d=iris&w=1,2&m=dgmm"));
  assert.ok(!sameAxes("v=1&d=iris", "v=1") && !sameAxes("v=1&w=1", "v=1&w=2"));
});

/** A player whose rows are all here, or none beyond some position. */
const player = (more = {}) => ({
  at: 0,
  wanted: null,
  playing: false,
  onwards: false,
  speed: 10,
  linger: true,
  atEnd: false,
  known: Infinity,
  stage: { controls: { paced: () => {} } },
  did: [],
  stand(at) {
    Object.assign(this, { playing: false }, at <= this.known ? { at, wanted: null } : { wanted: at });
  },
  scrub(iteration) {
    this.did.push(`scrub ${iteration}`);
    this.stand(2 * iteration);
  },
  step() {
    this.stand((this.wanted ?? this.at) + 1);
  },
  play() {
    this.playing = true;
  },
  setSpeed(speed) {
    this.speed = speed;
  },
  setLinger(on) {
    this.linger = on;
  },
  ...more,
});

test("a player that is driven stands where the leader stands, at either half, also where rows are awaited", () => {
  for (const known of [Infinity, 4])
    for (const half of ["E", "M"]) {
      const place = { iteration: 5, half, playing: false, speed: 2, linger: false, sync: null };
      const driven = player({ known });
      drive(driven, place);
      assert.deepEqual(placeOf(driven), place);
      const done = driven.did.length;
      drive(driven, place);
      assert.equal(driven.did.length, done, "who is there stays");
    }
});

test("one that plays is followed by playing, and pulled back only when it is far off", () => {
  const place = { iteration: 5, half: "M", playing: true, speed: 4, linger: true, sync: null };
  const driven = player({ at: 10 });
  drive(driven, place);
  assert.ok(driven.playing && driven.speed === 4);
  driven.at = 14;
  drive(driven, place);
  assert.deepEqual(driven.did, []);
  driven.at = 30;
  drive(driven, place);
  assert.ok(driven.at === 10 && driven.playing);
  const waiting = player({ known: 2 });
  drive(waiting, place);
  assert.ok(waiting.onwards && waiting.wanted === 10 && placeOf(waiting).playing);
  drive(driven, { ...place, iteration: 7, playing: false });
  assert.ok(driven.at === 14 && !driven.playing);
});

test("who comes from a comparison to one run has no lockstep to set", () => {
  const driven = player();
  drive(driven, { iteration: 1, half: "M", playing: false, speed: 10, linger: true, sync: "convergence" });
  assert.equal(driven.at, 2);
  let set = "";
  drive(player({ sync: "iteration", setSync: (sync) => (set = sync) }), { iteration: 1, half: "M", playing: false, speed: 10, linger: true, sync: "convergence" });
  assert.equal(set, "convergence");
});

test("while it plays its place is no news, its speed and its stop are", () => {
  const place = { iteration: 5, half: "M", playing: true, speed: 4, linger: true, sync: null };
  assert.ok(samePlace(place, { ...place, iteration: 9, half: "E" }));
  assert.ok(!samePlace(place, { ...place, speed: 5 }) && !samePlace(place, { ...place, playing: false }) && !samePlace(undefined, place));
  assert.ok(!samePlace({ ...place, playing: false }, { ...place, playing: false, iteration: 6 }));
});

test("guesses in quick succession are not sent faster than the server takes them, the last one counts, and is told once it is there", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 1000;
  const pass = (milliseconds) => {
    now += milliseconds;
    context.mock.timers.tick(milliseconds);
  };
  const sent = [];
  context.mock.method(performance, "now", () => now);
  context.mock.method(globalThis, "fetch", async (_, { body }) => {
    sent.push([now, JSON.parse(body).v]);
    return { ok: true, json: async () => ({}) };
  });
  globalThis.sessionStorage = { setItem: () => {} };
  const seat = new Seat();
  Object.assign(seat, { code: "BKTRM", guest: "g", parts: { question: { number: 1 } } });
  const arrive = async () => {
    for (let i = 0; i < 10; i++) await Promise.resolve();
  };
  for (const value of [4, 5, 6]) seat.guess(value);
  assert.deepEqual(sent, [[1000, 4]], "the first at once");
  await arrive();
  assert.ok(seat.sending, "another one waits");
  pass(249);
  seat.guess(7);
  pass(1);
  assert.deepEqual(sent.at(-1), [1250, 7]);
  assert.ok(seat.sending);
  await arrive();
  assert.ok(!seat.sending);
  pass(2000);
  assert.equal(sent.length, 2);
  seat.guess(8);
  seat.guess(9);
  seat.parts.question = { number: 2 };
  pass(2000);
  assert.deepEqual(sent.at(-1), [3250, 8], "a question that is over is not answered");
  delete globalThis.sessionStorage;
});
