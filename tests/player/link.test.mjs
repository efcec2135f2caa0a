import assert from "node:assert/strict"
import { test } from "node:test"
import { Address, queryOf, stateOf } from "../../assets/player/wire/link.js"

const place = (iteration, half = "M", logLikelihood = -371.4212345678) => ({ iteration, half, logLikelihood })

test("the query says the state and where the playhead stands; a page that stands as at first has none", () => {
  assert.equal(queryOf("", "v=1", null), "")
  assert.equal(queryOf("?v=1&at=3", "v=1", place(0)), "")
  assert.equal(queryOf("", "v=1", place(12)), "?v=1&at=12&ll=-371.421235")
  assert.equal(queryOf("", "v=1&k=3", place(12, "E")), "?v=1&k=3&at=12E&ll=-371.421235")
  assert.equal(queryOf("", "v=1&k=3", place(0)), "?v=1&k=3")
  assert.equal(queryOf("", "v=1&k=3", place(4, "M", null)), "?v=1&k=3&at=4")
  assert.equal(queryOf("?embed=true&k=9&x=1", "v=1&k=3", null), "?embed=true&v=1&k=3", "how it is embedded stays")
  assert.equal(queryOf("?v=1&big=1", "v=1", place(2, "M", null), true), "?v=1&big=1&at=2", "presented")
  assert.equal(queryOf("?v=1&big=1&at=2", "v=1", place(0), false), "", "and no longer")
  assert.equal(queryOf("?hide=x", "v=1", null, false, ["hide=speed", "lock=1"]), "?v=1&hide=speed&lock=1", "arranged for a class")
  assert.equal(queryOf("?v=1&hide=speed&pace=2&tab=events&lock=1", "v=1", null, false, []), "", "and no longer")
  assert.equal(stateOf("?v=1&k=3&hide=speed&lock=1&pace=2&tab=events"), "v=1&k=3")
  assert.equal(queryOf("?r=BKTRM", "v=1", place(0), false, [], "BKTRM"), "?v=1&r=BKTRM", "a room is followed")
  assert.equal(queryOf("?v=1&r=BKTRM", "v=1", place(0), false), "", "and was left")
  assert.equal(stateOf("?embed=true&v=1&k=3&big=1&at=12E&ll=-3&r=BKTRM"), "v=1&k=3")
})

/** A browser with an address, and what was done with it. */
function browser(search = "") {
  const done = []
  const listeners = []
  const write = (how) => (state, title, url) => {
    globalThis.location.search = url.includes("?") ? url.slice(url.indexOf("?")) : ""
    done.push(`${how} ${globalThis.location.search}`)
  }
  globalThis.window = { addEventListener: (_, f) => listeners.push(f), removeEventListener: (_, f) => listeners.splice(listeners.indexOf(f), 1) }
  globalThis.location = { search, pathname: "/", hash: "" }
  globalThis.history = { state: {}, pushState: write("push"), replaceState: write("replace") }
  return { done, back: (to) => ((globalThis.location.search = to), listeners.forEach((f) => f())), listeners }
}

test("another state is a step back, another place is none, and what comes after back is none either", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] })
  const { done, back, listeners } = browser("?v=1&k=3&at=5")
  const address = new Address()
  address.stands(place(5))
  context.mock.timers.tick(1000)
  assert.deepEqual(done, [], "nothing is written before Python has told")
  address.tell({ query: "v=1&k=3", lacks: "" })
  address.stands(place(5))
  address.stands(place(6))
  context.mock.timers.tick(1000)
  address.tell({ query: "v=1&k=4", lacks: "no table" })
  assert.equal(address.lacks, "no table")
  address.stands(place(2))
  assert.deepEqual(done, ["replace ?v=1&k=3", "replace ?v=1&k=3&at=6&ll=-371.421235", "push ?v=1&k=4"])
  back("?v=1&k=3&at=6&ll=-371.421235")
  address.tell({ query: "v=1&k=3", lacks: "" })
  address.stands(place(6))
  context.mock.timers.tick(1000)
  address.tell({ query: "v=1&k=3&s=1", lacks: "" })
  assert.deepEqual(done.slice(3), ["replace ?v=1&k=3", "replace ?v=1&k=3&at=6&ll=-371.421235", "push ?v=1&k=3&s=1"])
  address.destroy()
  assert.equal(listeners.length, 0)
})

test("back while the playhead's place waits to be written does not write the old state over the address", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] })
  const { done, back } = browser("?v=1&k=3")
  const address = new Address()
  address.tell({ query: "v=1&k=4", lacks: "" })
  done.length = 0
  address.stands(place(3))
  back("?v=1&k=3")
  context.mock.timers.tick(1000)
  address.stands(place(3))
  context.mock.timers.tick(1000)
  address.presents(true)
  assert.equal(address.href, globalThis.location.href)
  assert.deepEqual(done, [])
  address.presents(false)
  address.tell({ query: "v=1&k=3", lacks: "" })
  assert.equal(globalThis.location.search, "?v=1&k=3")
})

test("a state that is followed is no step back, and a copied link does not lead into the room", () => {
  const { done } = browser("?r=BKTRM")
  const address = new Address()
  address.join("BKTRM")
  address.tell({ query: "v=1", lacks: "" })
  address.go("v=1&k=3&at=2")
  address.presents(false)
  address.tell({ query: "v=1&k=3", lacks: "" })
  assert.deepEqual(done, ["replace ?v=1&r=BKTRM", "replace ?v=1&k=3&at=2&r=BKTRM", "replace ?v=1&k=3&r=BKTRM"])
  globalThis.location.href = `http://localhost/${globalThis.location.search}`
  assert.equal(address.href, "http://localhost/?v=1&k=3")
})

test("what Python makes of an address that was gone back to takes its place, as it may write it in other words", () => {
  const { done, back } = browser("?v=1&k=3")
  const address = new Address()
  address.tell({ query: "v=1&k=4", lacks: "" })
  done.length = 0
  back("?k=3.2&x=1")
  address.tell({ query: "v=1&k=3", lacks: "" })
  assert.deepEqual(done, ["replace ?v=1&k=3"])
})
