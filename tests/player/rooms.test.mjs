// The rooms of the player and the arrows between them: an import goes from a room to one that the table allows.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import test from "node:test";

const MAY_IMPORT = {
  maths: [],
  time: [],
  wire: ["time", "maths"],
  drawing: ["time", "maths"],
  panels: ["drawing", "wire", "time", "maths"],
  room: ["drawing", "time"],
  tune: ["drawing"],
  board: ["drawing"],
  ".": ["room", "tune", "board", "panels", "drawing", "wire", "time", "maths"],
};

const player = new URL("../../assets/player/", import.meta.url);
const files = readdirSync(player, { recursive: true }).filter((name) => name.endsWith(".js"));
const imports = new Map(
  files.map((name) => {
    const addresses = [...readFileSync(new URL(name, player), "utf8").matchAll(/^(?:import|\}) .*?"(\..+)";$/gm)];
    return [name, addresses.map(([, address]) => posix.join(posix.dirname(name), address))];
  }),
);
const edges = [...imports].flatMap(([from, all]) => all.map((to) => [from, to]));

test("every import leads to a file, and every file but the four entries is imported", () => {
  assert.ok(edges.length > 100);
  assert.deepEqual(edges.filter(([, to]) => !imports.has(to)), []);
  const imported = new Set(edges.map(([, to]) => to));
  assert.deepEqual(files.filter((name) => !imported.has(name)).sort(), ["board.js", "compare.js", "explore.js", "tune.js"]);
});

test("a room imports the rooms below it alone", () => {
  const rooms = new Set(files.map(posix.dirname));
  assert.deepEqual([...rooms].sort(), Object.keys(MAY_IMPORT).sort());
  const wrong = edges.filter(([from, to]) => {
    const [room, other] = [from, to].map(posix.dirname);
    return room !== other && !MAY_IMPORT[room].includes(other);
  });
  assert.deepEqual(wrong, []);
});

test("no files import each other in a circle", () => {
  const left = new Map(imports);
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const [name, all] of left) if (!all.some((to) => left.has(to))) left.delete(name);
  }
  assert.deepEqual([...left.keys()], []);
});
