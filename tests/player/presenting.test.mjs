import assert from "node:assert/strict";
import test from "node:test";
import { inked, shades, themed } from "../../assets/player/drawing/theme.js";
import { rgb } from "../../assets/player/maths/colour.js";
import { present, presenting, titleOf, watchPresenting } from "../../assets/player/panels/presenting.js";

const models = (...all) => all.map(([title, name], i) => ({ letter: "ABCD"[i], title, name }));

test("a title of several models says once what they have in common, and of each what sets it apart", () => {
  const gmm = (k) => [`${k} components`, `Mixture (GMM), ${k} components, on Geyser`];
  assert.equal(titleOf(models(gmm(2), gmm(3))), "Mixture (GMM), A 2 components · B 3 components, on Geyser");
  const seeds = ["seed 1", "seed 2"].map((title) => [title, gmm(4)[1]]);
  assert.equal(titleOf(models(...seeds)), "Mixture (GMM), 4 components, on Geyser");
  const network = ["GMN, [2, 5] components", "Network (GMN), layers of [2, 5] components, on Geyser"];
  const many = titleOf(models(["GMM, 9 components", gmm(9)[1]], network));
  assert.equal(many, "A GMM, 9 components · B GMN, [2, 5] components, on Geyser");
  const skew = ["SkewGMM", "Skew mixture, 3 components, on Geyser"];
  assert.equal(titleOf(models(["GMM", gmm(3)[1]], skew)), "A GMM · B SkewGMM, 3 components, on Geyser");
});

test("a model that failed is in the title by what sets it apart; when all failed, no more is known", () => {
  const title = titleOf(models(["2 components", "GMM, 2 components, on Geyser"], ["30 components", "30 components"]));
  assert.equal(title, "GMM, 2 components, on Geyser, A 2 components · B 30 components");
  assert.equal(titleOf(models(["2", "2"], ["3", "3"])), "A 2 · B 3");
});

/** Contrast of two colours, as WCAG 2 defines it. */
function contrast(...colours) {
  const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = colours.map((colour) => {
    const [r, g, b] = rgb(colour).map((v) => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  });
  return Math.max(...light) / Math.min(...light);
}

test("more ink makes what is pale darker, never paler than it was, and keeps nothing and all", () => {
  for (const share of [0.05, 0.3, 0.9]) {
    assert.equal(inked(share, {}), share);
    assert.ok(inked(share, { ink: 1.6 }) > share && inked(share, { ink: 1.6 }) < 1);
  }
  assert.deepEqual([inked(0, { ink: 1.6 }), inked(1, { ink: 1.6 })], [0, 1]);
  for (const page of [
    { background: "#ffffff", text: "#252a31", dark: false },
    { background: "#0e1117", text: "#e8eaed", dark: true },
  ]) {
    const [usual, projected] = [shades(page), shades({ ...page, ink: 1.6 })];
    for (const name of ["muted", "grid"]) assert.ok(contrast(projected[name], page.background) > contrast(usual[name], page.background));
    assert.ok(contrast(projected.muted, page.background) > 7);
  }
});

test("a figure grows with its scale: type, margins and what is read at the pointer", () => {
  const layout = { font: { size: 12 }, margin: { l: 60, r: 10 } };
  const theme = { text: "#252a31", background: "#ffffff", scale: 1.5 };
  const { font, margin, hoverlabel } = themed(layout, theme);
  assert.deepEqual([font.size, margin.l, hoverlabel.font.size], [18, 90, 19.5]);
});

/** A page that may have the whole screen, and says what was asked of it. */
function page(refuse = false) {
  const names = new Set();
  const target = new EventTarget();
  const asked = [];
  const classList = {
    contains: (name) => names.has(name),
    toggle: (name, on) => (on ? names.add(name) : names.delete(name)),
  };
  const screen = (full) => {
    asked.push(full);
    if (refuse) return Promise.reject(new TypeError("no"));
    target.fullscreenElement = full ? target.documentElement : null;
    target.dispatchEvent(new Event("fullscreenchange"));
    return Promise.resolve();
  };
  Object.assign(target, { documentElement: { classList, requestFullscreen: () => screen(true) }, exitFullscreen: () => screen(false), querySelector: () => null });
  globalThis.document = target;
  return { asked, press: (key) => target.dispatchEvent(Object.assign(new Event("keydown", { cancelable: true }), { key })), leave: () => screen(false) };
}

test("it is one switch with the whole screen, which Esc and the end of full screen turn off, and it tells", () => {
  const { asked, press, leave } = page();
  const told = [];
  const stop = watchPresenting(() => told.push(presenting()));
  present(true);
  present(true);
  assert.deepEqual([presenting(), asked, told], [true, [true], [true]]);
  present(false);
  assert.deepEqual([presenting(), asked, told], [false, [true, false], [true, false]]);
  present(true);
  leave();
  assert.equal(presenting(), false);
  assert.equal(press("Escape"), true, "Esc is left to others");
  present(true);
  press("x");
  assert.equal(presenting(), true);
  document.querySelector = () => ({}); // a dialog is open
  assert.equal(press("Escape"), true, "Esc closes it");
  assert.equal(presenting(), true);
  document.querySelector = () => null;
  assert.equal(press("Escape"), false, "Esc has been taken");
  assert.deepEqual([presenting(), document.fullscreenElement], [false, null]);
  assert.deepEqual(told, [true, false, true, false, true, false]);
  stop();
  present(true);
  assert.equal(told.length, 6);
});

test("a browser that refuses the whole screen, or has none to give, presents in its window", async () => {
  page(true);
  present(true);
  await new Promise((done) => setTimeout(done));
  assert.equal(presenting(), true);
  present(false);
  assert.equal(presenting(), false);
  page();
  delete document.documentElement.requestFullscreen;
  present(true);
  await new Promise((done) => setTimeout(done));
  assert.equal(presenting(), true);
});

test("a screen that comes after presenting has been left is given back", async () => {
  const { asked } = page();
  document.documentElement.requestFullscreen = () => new Promise((done) => setTimeout(() => done((document.fullscreenElement = {}))));
  present(true);
  present(false);
  await new Promise((done) => setTimeout(done, 5));
  assert.deepEqual([presenting(), asked, document.fullscreenElement], [false, [false], null]);
});
