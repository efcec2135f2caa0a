// What the browser reads of a message, and what it says, is what pages/wire/messages.md says, key by key. Python's side is
// held to the same tables by tests/pages/wire/test_wire.py.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import * as door from "../../assets/player/room/door.js";
import { decode } from "../../assets/player/wire/decode.js";
import { Talk } from "../../assets/player/wire/talk.js";

const page = readFileSync(new URL("../../pages/wire/messages.md", import.meta.url), "utf8");

/** The keys of some sections of the page. */
const written = (...titles) =>
  page
    .split(/^##+ /m)
    .filter((section) => titles.includes(section.split("\n")[0]))
    .flatMap((section) => [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, key]) => key));

const SENT = written("A message", "Still parts", "A row", "Detail", "Table");
const BY_THE_ELEMENT = ["player"]; // read by the script in serve.py, which loads all others

/** A message with all there may be, and nothing in it but what `fill` gives for a key. */
function everything(fill = (key) => "") {
  const message = {};
  for (const key of SENT) {
    const names = key.split(".");
    const last = names.pop();
    let at = message;
    for (const name of names) {
      const plain = name.replace("[]", "");
      const inner = (at[plain] ??= plain === name ? {} : [{}]);
      at = plain === name ? inner : inner[0];
    }
    at[last] = fill(key);
  }
  const figure = { data: [], layout: {} };
  Object.assign(message.static.figures, { density: figure, curve: figure });
  Object.assign(message.rows[0], { e: [], grids: { ...message.rows[0].grids, x: [0, 1] } });
  message.detail.nodes = [];
  return message;
}

/** A value that notes what is read of it, whether it is there or not. */
const noting = (value, found, path = "") => {
  if (Array.isArray(value)) return value.map((part) => noting(part, found, `${path}[]`));
  if (value === null || typeof value !== "object") return value;
  return new Proxy(value, {
    get(_, name) {
      if (typeof name === "symbol" || SENT.includes(path)) return value[name];
      const key = path ? `${path}.${name}` : name;
      found.add(key);
      return noting(value[name], found, key);
    },
  });
};

/** The deepest of some keys: what a model of a comparison has of a run is that of a run. */
const deepest = (found) => {
  const keys = [...found].map((key) => key.replace(/^models\[\]\.(static|rows|end)/, "$1"));
  const inside = (key) => (other) => other.startsWith(`${key}.`) || other.startsWith(`${key}[]`);
  return [...new Set(keys)].filter((key) => !keys.some(inside(key)));
};

test("the browser reads the keys that are written down and no others", () => {
  const found = new Set();
  const message = decode(noting(everything(), found));
  for (const { open } of message.rows) open();
  const read = deepest(found);
  const unwritten = read.filter((key) => !SENT.includes(key));
  assert.deepEqual(unwritten, [], "these are written down nowhere");
  const unread = SENT.filter((key) => !read.includes(key));
  assert.deepEqual(unread, BY_THE_ELEMENT, "these are never read");
});

test("what is read of a message is handed on as it was sent", () => {
  const base64 = (bytes) => Buffer.from(bytes).toString("base64");
  const sent = new Map();
  const OTHERWISE = /grids\.|figures|rows\[\]\.(sketch|e)$|^detail\.nodes|^player$/; // worked on, or empty here
  const message = everything((key) => {
    if (OTHERWISE.test(key)) return "";
    sent.set(base64(Float32Array.of(sent.size + 1).buffer), key);
    return [...sent.keys()].at(-1);
  });
  const left = new Map(sent);
  const find = (value) => {
    if (typeof value === "string") left.delete(value);
    else if (ArrayBuffer.isView(value)) left.delete(base64(value.buffer));
    else if (value && typeof value === "object") Object.values(value).forEach(find);
  };
  const { rows, ...decoded } = decode(message);
  find([decoded, rows.map((row) => [row, row.open()])]);
  assert.deepEqual([...left.values()], [], "these come in but do not arrive");
  assert.ok(sent.size > 60);
});

test("the player says the words that are written down and no others", () => {
  const said = new Set();
  const note = (value, path) => {
    if (value === null || typeof value !== "object" || Array.isArray(value)) said.add(path);
    else for (const [name, part] of Object.entries(value)) note(part, `${path}.${name}`);
  };
  const talk = new Talk(() => ({ run: "r1", have: true, shown: { iteration: 3, half: "M" }, playing: true }));
  talk.send = (name, value) => note(value, name);
  const acts = [
    () => talk.need(4),
    () => talk.shown(true),
    () => talk.send("stands", talk.along.stands),
    () => talk.looks({ point: 7, focus: { layer: 1, node: 2, from: 0 } }),
    () => talk.table(false),
    () => talk.export("animation", { model: 0, iteration: 3, frames: [] }),
    () => talk.more(),
    () => talk.edit("s1"),
  ];
  for (const act of acts) {
    act();
    talk.unanswered();
  }
  talk.destroy();
  assert.deepEqual([...said].sort(), written("Words").sort());
});

test("an edit that has had no answer goes along with what asks for the page, and so does more; a question that is asked again does not", () => {
  const talk = new Talk(() => ({ run: "r1", have: true, shown: { iteration: 3, half: "M" }, playing: true }));
  const place = { run: "r1", iteration: 3, half: "M" };
  assert.deepEqual(talk.along, { stands: place });
  talk.need(4);
  assert.deepEqual(talk.along, { stands: place });
  talk.edit("s1");
  assert.deepEqual(talk.along, { stands: place, edit: { ...place, text: "s1" } });
  talk.heard({ problem: true });
  assert.deepEqual(talk.along, { stands: place }, "it has been answered");
  talk.more();
  assert.deepEqual(Object.keys(talk.along), ["stands", "more"]);
  talk.destroy();
});

test("what is told in a room is read and said as it is written down", () => {
  const shared = written("Told in a room");
  const fill = (names) => {
    const told = {};
    for (const key of names) {
      const path = key.split(".");
      const last = path.pop();
      path.reduce((at, name) => (at[name] ??= {}), told)[last] = key;
    }
    return told;
  };
  const flat = (value, path = "") =>
    Object.entries(value).flatMap(([name, part]) => {
      const key = path ? `${path}.${name}` : name;
      return part !== null && typeof part === "object" ? flat(part, key) : part === undefined ? [] : [key];
    });
  const all = fill(shared);
  assert.deepEqual(flat(door.decode(all)).sort(), shared.filter((key) => key !== "reveal").sort());
  const apart = ["version", "followers", "question.number", "question.answers.cells", "question.answers.numbers"];
  assert.deepEqual(flat(door.told(all)).sort(), shared.filter((key) => !apart.includes(key)).sort());
  assert.deepEqual(Object.keys(door.guessed("abcd1234", 1, 2.5)).sort(), written("A guess").sort());
  assert.deepEqual(door.decode({ version: 3, followers: 2, question: null }), { version: 3, followers: 2, question: null }, "what is not told is not undone");
});
