import assert from "node:assert/strict";
import test from "node:test";
import { makeFile } from "../../assets/player/files.js";
import { Talk } from "../../assets/player/wire/talk.js";

globalThis.window = { Plotly: {} };

/** A player that can make files, with what it has said and what has failed. */
function player(more) {
  const said = [];
  const talk = new Talk(() => ({ run: "r1", have: true, shown: { iteration: 3, half: "M" }, playing: false }));
  talk.send = (name, { kind, iteration, model }) => said.push([name, kind, iteration, model]);
  const failed = [];
  return { talk, offline: false, said, failed, fail: (message) => failed.push(message), ...more };
}

test("a file of Python's is one of what is shown, or of the model and iteration that are meant; the place is told first", async () => {
  const one = player();
  await makeFile(one, "notebook", { iteration: 3 });
  assert.deepEqual(one.said, [["shown", undefined, 3, undefined], ["export", "notebook", 3, undefined]]);
  const many = player();
  await makeFile(many, "notebook", { iteration: 2 }, { model: 1, iteration: 2 });
  assert.deepEqual(many.said[1], ["export", "notebook", 2, 1]);
  for (const { talk } of [one, many]) talk.destroy();
});

test("no file is asked of a server that cannot be reached", async () => {
  const away = player({ offline: true });
  await makeFile(away, "notebook", { iteration: 3 });
  assert.deepEqual(away.said, []);
});

test("a picture that cannot be drawn is told in words, and nothing is asked of Python", async () => {
  const picture = {
    fixed: { title: "a" },
    toImage() {
      throw new Error("no room");
    },
  };
  for (const [kind, history] of [["picture", {}], ["animation", null]]) {
    const broken = player();
    await makeFile(broken, kind, { picture, history, iteration: 3 });
    assert.match(broken.failed[0], new RegExp(`^The ${kind} could not be made: `));
    assert.deepEqual(broken.said, []);
  }
});
