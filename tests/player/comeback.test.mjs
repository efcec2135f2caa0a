import assert from "node:assert/strict"
import { test } from "node:test"
import { forget, keep, stranger, tell } from "../../assets/player/wire/comeback.js"
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
  forget()
  assert.equal(stranger({ session: "c" }), false, "or the page begins anew")
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
