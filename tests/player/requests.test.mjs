import assert from "node:assert/strict";
import test from "node:test";
import { forPage, Requests, requestReader, saying, speaker, strayReader } from "../../assets/player/wire/requests.js";

// messages as Streamlit 1.67 writes them: of a slider and a toggle, some with a word of a player or a button
const message = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
const PAGE =
  "5a3e0a03613d3112320a1d0a0f242449442d312d7365745f726174653a0a0a08000000000000e03f0a110a0d242449442d322d7365745f6f6e18001a03616263";
const PAGE_WITHOUT_A_CHOICE = PAGE.replace("5a3e", "5a45").replace("1232", "1239").replace("1a03616263", "0a050a032461621a03616263");
const WORD =
  "5a7e0a03613d3112600a1d0a0f242449442d312d7365745f726174653a0a0a08000000000000e03f0a110a0d242449442d322d7365745f6f6e18000a2c0a15242449442d332d706c617965725f5f6576656e74738201125b7b226576656e74223a226e656564227d5d1a036162632a1066316631663166316631663166316631";
const WORD_AND_BUTTON =
  "5a98010a03613d31127a0a1d0a0f242449442d312d7365745f726174653a0a0a08000000000000e03f0a110a0d242449442d322d7365745f6f6e18000a2c0a15242449442d332d706c617965725f5f6576656e74738201125b7b226576656e74223a226e656564227d5d0a180a14242449442d342d6e65775f73746172745f73657410011a036162632a1066316631663166316631663166316631";
const WORD_AND_SLIDER =
  "5a7e0a03613d3112600a1d0a0f242449442d312d7365745f726174653a0a0a08000000000000d03f0a110a0d242449442d322d7365745f6f6e18000a2c0a15242449442d332d706c617965725f5f6576656e74738201125b7b226576656e74223a226e656564227d5d1a036162632a1066316631663166316631663166316631";
const WORD_AND_TOGGLE =
  "5a7e0a03613d3112600a1d0a0f242449442d312d7365745f726174653a0a0a08000000000000e03f0a110a0d242449442d322d7365745f6f6e18010a2c0a15242449442d332d706c617965725f5f6576656e74738201125b7b226576656e74223a226e656564227d5d1a036162632a1066316631663166316631663166316631";
const OTHER_FRAGMENT =
  "5a500a03613d3112320a1d0a0f242449442d312d7365745f726174653a0a0a08000000000000e83f0a110a0d242449442d322d7365745f6f6e18001a036162632a1066316631663166316631663166316631";
const STOP = "3801";

const reading = (...messages) => {
  const asksForPage = requestReader();
  return messages.map((hex) => asksForPage(message(hex)));
};

test("a request to run the page's script is told from one for a fragment and from other messages", () => {
  assert.deepEqual(reading(PAGE, WORD, WORD, STOP, OTHER_FRAGMENT, ""), [true, false, false, false, false, false]);
  assert.equal(requestReader()("text"), false);
});

test("a widget of which nothing is chosen yet has no value", () => {
  assert.deepEqual(reading(PAGE_WITHOUT_A_CHOICE, WORD), [true, false]);
});

test("a player's word together with a changed widget asks for the page, too", () => {
  for (const mixed of [WORD_AND_BUTTON, WORD_AND_SLIDER, WORD_AND_TOGGLE])
    assert.deepEqual(reading(PAGE, mixed, mixed), [true, true, mixed === WORD_AND_BUTTON]);
  assert.deepEqual(reading(WORD), [false], "nothing is known of before");
});

test("what two components say together asks for the page: only one of them is the player", () => {
  const other = "0a2e0a17242449442d342d636f6d656261636b5f5f6576656e74738201125b7b226576656e74223a226261636b227d5d"; // a word of comeback
  const two = WORD.replace("5a7e0a03613d311260", `5aae010a03613d31129001`).replace("1a036162632a10", `${other}1a036162632a10`);
  assert.deepEqual(reading(PAGE, two, WORD), [true, true, false]);
});

const hex = (bytes) => Buffer.from(bytes).toString("hex");

test("what is added to a message is what tests/pages/wire/test_wire.py finds that Streamlit merges", () => {
  assert.equal(hex(forPage(message(WORD_AND_SLIDER))), `${WORD_AND_SLIDER}5a022a00`);
  const speaks = { id: Uint8Array.from([112]) }; // "p"
  const added = "5a1e121c0a1a0a01708201145b7b226576656e74223a227374616e6473227d5d";
  assert.equal(hex(saying(message(PAGE), speaks, { stands: undefined })), PAGE + added);
});

test("where a player stands goes along with what asks for the page, once it has spoken", () => {
  const [nothing, page] = [new Uint8Array(), message(PAGE)];
  const id = Uint8Array.from([112]);
  const need = (run) => saying(nothing, { id }, { need: { run, from: 3 } });
  let place = null;
  const requests = new Requests({ closest: () => null }, null, null, () => place && { stands: place });
  assert.equal(requests.pass(need("r1"), true).length, need("r1").length, "it stands nowhere yet");
  place = { run: "r1", iteration: 4, half: "M" };
  assert.equal(requests.pass(page, true), page, "nobody knows who it is");
  assert.equal(requests.pass(need("r12"), false).length, need("r12").length);
  assert.equal(requests.pass(page, true), page, "that was another");
  assert.deepEqual(requests.pass(need("r1"), false), need("r1"), "what asks for its fragment alone stays as it is");
  place = { run: "r2", iteration: 5, half: "E" };
  assert.deepEqual(requests.pass(page, true), saying(page, { id }, { stands: place }), "in its next run, too");
  const both = requests.pass(need("r2"), true);
  const said = JSON.parse(speaker(both.subarray(need("r2").length), "r2").words);
  assert.deepEqual(said, [{ event: "need", value: { run: "r2", from: 3 } }, { event: "stands", value: place }], "beside what it says itself");
});

test("what the page's script has changed itself is no request for it", () => {
  const asksForPage = requestReader();
  assert.equal(asksForPage(message(PAGE), true), true);
  assert.equal(asksForPage(message(WORD_AND_SLIDER), false), false);
  assert.equal(asksForPage(message(WORD_AND_TOGGLE), true), true);
  assert.equal(asksForPage(message(WORD_AND_BUTTON), false), true, "a button is pressed by a hand");
});

test("a word of a page that is being left is a stray; one of the page that is come to is not", () => {
  const other = (hex) => hex.replace("1a03616263", "1a03646566"); // another page
  const strays = strayReader();
  const reading = [
    [PAGE, 0, false],
    [WORD, 10, false],
    [other(PAGE), 1000, false],
    [WORD, 1020, true],
    [other(WORD), 1500, false],
    [PAGE, 2000, false], // back at once
    [other(WORD), 2010, true],
    [WORD, 2020, false],
    [other(WORD), 9000, false], // Python may have led there itself
    [STOP, 9001, false],
  ];
  for (const [hex, at, stray] of reading) assert.equal(strays(message(hex), at), stray, `${at}`);
  const first = strayReader();
  assert.deepEqual([first(message(WORD), 0), first(message(other(PAGE)), 1), first(message(WORD), 2)], [false, false, true]);
});
