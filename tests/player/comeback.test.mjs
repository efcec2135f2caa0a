import assert from "node:assert/strict"
import { test } from "node:test"
import { keep, remind, stranger, tell } from "../../assets/player/wire/comeback.js"
import { Talk } from "../../assets/player/wire/talk.js"

const told = []
globalThis.document = { dispatchEvent: (event) => told.push(event.detail) }

test("what Python says of the page is kept, and told to a session that does not know it", () => {
  tell()
  assert.deepEqual(told, [], "nothing is known yet")
  assert.equal(keep({ session: "a", record: 1, again: null }), false)
  assert.equal(stranger({ session: "a" }), false)
  assert.equal(stranger({}), false, "a replay has no session")
  assert.equal(stranger({ session: "b", again: null }), true)
  tell()
  assert.deepEqual(told, [{ session: "a", record: 1 }])
  assert.equal(stranger({ session: "b", again: "a" }), false, "now it knows")
  assert.equal(keep({ session: "b", record: 2, again: "a" }), true, "another session, to come back in")
  assert.equal(stranger({ session: "c", again: "a" }), true, "and again")
})

test("Python is told again what was here until it answers; without an answer the page begins anew", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "setInterval"] })
  told.length = 0
  let begun = 0
  const stop = remind(() => begun++)
  context.mock.timers.tick(20_000)
  assert.equal(told.length, 3, "at once, and twice more")
  stop()
  context.mock.timers.tick(100_000)
  assert.deepEqual([told.length, begun], [3, 0], "it has answered")
  assert.equal(stranger({ session: "c" }), true)
  const end = remind(() => begun++)
  context.mock.timers.tick(60_000)
  assert.equal(begun, 1)
  assert.equal(stranger({ session: "c" }), false, "what was here is forgotten")
  end()
})

test("nothing is said while the server cannot be reached, and the open question may be asked again", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] })
  const said = []
  const talk = new Talk(() => ({ run: "r", from: 1, have: true, shown: { iteration: 0, half: "M" }, playing: true }))
  talk.send = (name) => said.push(name)
  talk.need()
  talk.offline = true
  talk.unanswered()
  talk.need()
  talk.shown(true)
  assert.deepEqual(said, ["need"])
  talk.offline = false
  talk.need()
  assert.deepEqual(said, ["need", "need"])
  talk.destroy()
})

test("an edit that is said while rows are awaited stays open when they come: what Python does not know yet is not asked for", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const said = [];
  const talk = new Talk(() => ({ run: "r", from: 1, have: true, shown: { iteration: 0, half: "M" }, playing: false }));
  talk.send = (name) => said.push(name);
  talk.need(9);
  talk.edit("m1.2");
  talk.heard({ rows: true });
  talk.need(9);
  assert.deepEqual(said, ["need", "edit"]);
  talk.heard({ fresh: true }); // the run that the edit has made
  talk.need(0);
  assert.deepEqual(said, ["need", "edit", "need"]);
  talk.heard({ file: true });
  talk.need(0);
  assert.equal(said.length, 3);
  talk.heard({ rows: true });
  talk.need(1);
  assert.equal(said.length, 4);
  talk.edit("x9");
  talk.heard({ problem: true });
  talk.export("script");
  talk.heard({ rows: true });
  talk.need(1);
  talk.heard({ file: true });
  talk.need(1);
  assert.deepEqual(said.slice(4), ["edit", "export", "need"]);
  talk.destroy();
});
