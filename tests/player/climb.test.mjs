import assert from "node:assert/strict";
import { test } from "node:test";
import { climbedOf, whyApart } from "../../assets/player/panels/climb.js";
import { CompareCurve, whoClimbs } from "../../assets/player/panels/compare_curve.js";
import { Curve } from "../../assets/player/panels/curve.js";

const same = { inverseTemperature: 1, logLikelihood: -5, objective: -5, apart: false };
const hot = { ...same, inverseTemperature: 0.3, objective: -9, apart: true };
const charged = { ...same, objective: -7, apart: true };

test("EM climbs the log-likelihood where the objective is the same number", () => {
  assert.equal(whyApart([same, same]), "");
  assert.equal(climbedOf([same])(same), -5);
  assert.equal(whyApart([]), "");
});

test("a run climbs its objective throughout once it is another number anywhere", () => {
  const climbed = climbedOf([hot, { ...same, logLikelihood: -4, objective: -4.0001 }]);
  assert.deepEqual([hot, same].map(climbed), [-9, -5]);
});

test("why it is another number: annealing while v is below 1, regularisation at 1, or both", () => {
  assert.equal(whyApart([hot, same]), "annealed");
  assert.equal(whyApart([same, charged]), "regularised");
  assert.equal(whyApart([charged, hot]), "both");
});

test("a comparison names the models that climb an objective", () => {
  const reasons = { annealed: "which cools", regularised: "with a charge", both: "which cools and with a charge" };
  assert.equal(whoClimbs(["A", "B"], ["", ""], reasons), "");
  assert.match(whoClimbs(["A", "B"], ["", "annealed"], reasons), /of B an objective which cools\./);
  assert.match(whoClimbs(["A", "B"], ["both", "both"], reasons), /of A and B an objective which cools and with a charge\./);
  const mixed = whoClimbs(["A", "B", "C", "D"], ["annealed", "regularised", "", "both"], reasons);
  assert.match(mixed, /of A, B and D an objective which cools or with a charge\./);
});

const theme = { text: "black", muted: "grey", primary: "blue" };
const rows = [0, 1, 2].map((i) => ({
  iteration: i,
  inverseTemperature: 1,
  logLikelihood: -5 - i,
  objective: -9 + i,
  heldOut: null,
  apart: true,
}));
const named = (rows) => {
  const roles = ["held_out", "log_likelihood", "objective", "stop"];
  const data = roles.map((role) => ({ type: "scatter", meta: { role }, line: { width: 2 }, marker: { size: 11 } }));
  return Object.assign(Object.create(Curve.prototype), {
    theme,
    seen: rows.length - 1,
    history: { rows, stop: rows.length - 1 },
    fixed: { figures: { curve: { data } }, objectiveNotes: {} },
    named: whyApart(rows),
  });
};
const drawn = (rows) => Object.fromEntries(named(rows).traces().map((trace) => [trace.meta.role, trace]));

test("the curve has the objective in bold and the log-likelihood pale, and the stop on the bold one", () => {
  const { objective, log_likelihood: plain, stop } = drawn(rows);
  assert.deepEqual([objective.y, plain.y], [[-9, -8, -7], [-5, -6, -7]]);
  assert.ok(plain.opacity < 0.5 && objective.opacity === undefined && objective.line.width === 2);
  assert.match(objective.hovertemplate, /objective/);
  assert.deepEqual(stop.y, [-7]);
});

test("where they are the same the log-likelihood alone is bold", () => {
  const { objective, log_likelihood: plain } = drawn(rows.map((row) => ({ ...row, objective: row.logLikelihood, apart: false })));
  assert.ok(objective === undefined && plain.opacity === 1 && plain.line.width === 2);
});

test("a comparison draws each model's own", () => {
  const same = rows.map((row) => ({ ...row, objective: row.logLikelihood, apart: false }));
  const all = [rows, same].map((rows, i) => ({ letter: "AB"[i], history: { rows } }));
  const curve = Object.assign(Object.create(CompareCurve.prototype), { theme, reasons: {}, lanes: { all }, reached: [2, 2], across: "iterations" });
  curve.title = curve.why = {};
  curve.name();
  const traces = curve.traces();
  assert.deepEqual(traces.map(({ y }) => y[2]), [-7, -7, -7]);
  assert.deepEqual(traces.map(({ y }) => y[0]), [-5, -9, -5]);
  assert.deepEqual(traces.map(({ opacity = 1 }) => opacity < 0.5), [true, false, false]);
});

const axes = {
  xaxis: { _offset: 0, _length: 2, range: [0, 2] },
  yaxis: { _offset: 0, _length: 10, range: [-10, 0] },
};
const followed = (curve) => {
  const led = {};
  const names = ["climbed", "logLikelihood", "heldOut"];
  const paths = Object.fromEntries(names.map((name) => [name, { getAttribute() {}, setAttribute: (_, d) => (led[name] = d) }]));
  const [line, dot] = [{ style: {} }, { style: {} }];
  Object.assign(curve, { plot: { _fullLayout: axes }, line, dot, paths, marks: [{ dot, ...paths }] }).playhead(4);
  return led;
};
const tails = { climbed: "M0.0,9.0L1.0,8.0L2.0,7.0", logLikelihood: "M0.0,5.0L1.0,6.0L2.0,7.0" };

test("until Plotly draws again every line goes on to the playhead, not the bold one alone", () => {
  const held = rows.map((row) => ({ ...row, heldOut: row.iteration > 0 ? -4 : null }));
  const curve = (rows) => Object.assign(named(rows), { seen: 0 });
  assert.deepEqual(followed(curve(rows)), { ...tails, heldOut: "" });
  assert.deepEqual(followed(curve(held)), { ...tails, heldOut: "M1.0,4.0L2.0,4.0" });
  const alone = rows.map((row) => ({ ...row, objective: row.logLikelihood, apart: false }));
  assert.deepEqual(followed(curve(alone)), { climbed: tails.logLikelihood, logLikelihood: "", heldOut: "" });
});

test("so does every line of a comparison", () => {
  const lanes = { all: [{ letter: "A", history: { rows } }], rows };
  const own = { theme, lanes, reasons: {}, reached: [0], now: [2], across: "iterations", title: {}, why: {} };
  const curve = Object.assign(Object.create(CompareCurve.prototype), own);
  curve.name();
  assert.deepEqual(followed(curve), { ...tails, heldOut: "" });
});

test("no tick lies between two iterations of a short run; seconds have any", () => {
  globalThis.matchMedia = () => ({ matches: false });
  const layout = { margin: { l: 60, r: 10, t: 10, b: 40 } };
  const frame = { clientHeight: 300, clientWidth: 300 };
  const short = rows.map((row) => ({ ...row, seconds: row.iteration / 10 }));
  const end = { iteration: 2 };
  const one = Object.assign(named(rows), { layout, plot: {}, own: true });
  one.history.end = end;
  assert.equal(one.fill().xaxis.dtick, 1);
  one.history.end = null;
  assert.equal(one.fill().xaxis.dtick, undefined, "ten at least while it plays");
  const lanes = { all: [{ letter: "A", history: { rows: short } }], rows: short, end };
  const own = { theme, lanes, layout, frame, plot: {}, own: true, reasons: {}, reached: [2], title: {}, why: {} };
  const several = Object.assign(Object.create(CompareCurve.prototype), own, { across: "iterations" });
  several.name();
  assert.equal(several.fill().xaxis.dtick, 1);
  several.across = "seconds";
  assert.equal(several.fill().xaxis.dtick, undefined);
  several.across = "iterations";
  lanes.end = null;
  assert.equal(several.fill().xaxis.dtick, undefined);
});
