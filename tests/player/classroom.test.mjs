import assert from "node:assert/strict";
import { test } from "node:test";
import {
  classPace,
  heardLock,
  inLink,
  isLocked,
  keepPace,
  learn,
  lock,
  partsAway,
  putAway,
  readPace,
  styleOf,
  watchClassroom,
  writePace,
} from "../../assets/player/panels/classroom.js";
import { Tabs } from "../../assets/player/panels/tabs.js";
import { SPEEDS, USUAL_PACE } from "../../assets/player/time/pacing.js";

const PARTS = ["speed", "half", "network"].map((key) => ({ key, group: "g", label: key, where: `[data-part=${key}]` }));
const none = { gone: [], locked: false, pace: USUAL_PACE, tab: "", unsure: false };

/** A page with a root and a head, and what was said on it. */
function page() {
  const said = [];
  const listeners = [];
  const head = { sheet: null, querySelector: () => head.sheet, append: (sheet) => (head.sheet = sheet) };
  globalThis.document = {
    documentElement: { dataset: {} },
    head,
    createElement: () => ({}),
    addEventListener: (_, f) => listeners.push(f),
    removeEventListener: (_, f) => listeners.splice(listeners.indexOf(f), 1),
    dispatchEvent: (event) => {
      said.push(event.detail === undefined ? event.type : `${event.type} ${event.detail}`);
      if (event.detail === undefined || event.detail === null) for (const f of listeners) f();
    },
  };
  return { said, listeners, head, root: globalThis.document.documentElement };
}

test("any pace is read as it was written; what is no pace is none", () => {
  for (const speed of SPEEDS) {
    for (const linger of [true, false]) assert.deepEqual(readPace(writePace({ speed, linger })), { speed, linger });
  }
  for (const text of ["", "l", "fast", "2x", "2l&"]) assert.equal(readPace(text), null);
});

test("a link says what is arranged, and nothing of what is as usual", () => {
  assert.deepEqual(inLink(none), []);
  assert.deepEqual(inLink({ ...none, pace: { speed: 2, linger: true } }), ["pace=2l"]);
  const all = { gone: new Set(["speed", "half"]), locked: true, pace: { speed: 0.5, linger: false }, tab: "metrics", unsure: true };
  assert.deepEqual(inLink(all), ["hide=speed,half", "lock=1", "pace=0.5", "tab=metrics", "unsure=1"]);
});

test("what the page was opened with holds once; parts go and come back by a style sheet", () => {
  const { said, root, head, listeners } = page();
  let heard = 0;
  const stop = watchClassroom(() => (heard += 1));
  learn(PARTS, { hide: "network,half", pace: "2l" });
  assert.deepEqual([[...partsAway()], root.dataset.hide, classPace()], [["network", "half"], "network half", { speed: 2, linger: true }]);
  assert.equal(head.sheet.textContent, "[data-part=half] { display: none !important; }\n[data-part=network] { display: none !important; }");
  putAway(["network"], false);
  learn(PARTS, { hide: "network,half", pace: "5" });
  assert.deepEqual([[...partsAway()], classPace().speed], [["half"], 2], "another message of the same page changes nothing");
  putAway([...partsAway()], false);
  assert.deepEqual([root.dataset.hide, head.sheet.textContent, heard], [undefined, "", 3]);
  keepPace(null);
  assert.equal(classPace(), null);
  said.length = 0;
  lock(true);
  lock(true);
  assert.deepEqual([isLocked(), said], [true, ["mixes-arranged", "mixes-lock true"]], "Python is told, once");
  heardLock(false);
  heardLock(false);
  assert.deepEqual([isLocked(), said.slice(2)], [false, ["mixes-arranged"]], "and tells");
  stop();
  assert.equal(listeners.length, 0);
});

test("only parts that there are can be away", () => {
  assert.equal(styleOf(PARTS, new Set(["body", "speed"])), "[data-part=speed] { display: none !important; }");
});

/** Something of a page's elements: what a strip of tabs needs of them. */
function element() {
  const attributes = {};
  const classes = new Set();
  const toggle = (name, on) => (on ? classes.add(name) : classes.delete(name));
  return {
    append: () => {},
    addEventListener: () => {},
    setAttribute: (name, value) => (attributes[name] = value),
    classList: { toggle, contains: (name) => classes.has(name) },
    focus: () => {},
    hidden: false,
  };
}

test("a tab that goes makes room for one that stays; one that is asked for opens when there is something in it", () => {
  globalThis.document = { createElement: element };
  const turned = [];
  const parent = element();
  const tabs = new Tabs(parent, "Numbers", { first: "First", second: "Second", images: "Images" }, (i) => turned.push(i));
  tabs.hide(2, true);
  assert.deepEqual([tabs.told, tabs.there, turned], ["", [0, 1], [0]]);
  tabs.open("images");
  assert.equal(tabs.index, 0);
  tabs.hide(2, false);
  assert.deepEqual([tabs.told, tabs.panels.map(({ hidden }) => hidden)], ["images", [true, true, false]]);
  tabs.leaveOut(new Set(["images", "speed"]));
  assert.deepEqual([tabs.told, tabs.there], ["", [0, 1]]);
  tabs.leaveOut(new Set());
  assert.equal(tabs.told, "images", "one that comes back is open again");
  tabs.leaveOut(new Set(["images"]));
  tabs.open("nothing");
  tabs.open("second");
  tabs.hide(2, true);
  tabs.leaveOut(new Set());
  assert.deepEqual([tabs.told, tabs.there], ["second", [0, 1]], "what has nothing in it stays out");
  tabs.leaveOut(new Set(["first", "second", "images"]));
  assert.ok(parent.classList.contains("em-none"));
  tabs.leaveOut(new Set(["second"]));
  assert.deepEqual([tabs.told, parent.classList.contains("em-none")], ["", false]);
});
