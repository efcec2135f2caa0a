// Where a player stands that comes in the place of another, or after the server had forgotten the page.
import assert from "node:assert/strict";
import test from "node:test";
import { Returning } from "../../assets/player/time/returning.js";
import { decodeRows } from "../../assets/player/wire/decode.js";
import { History } from "../../assets/player/wire/history.js";

globalThis.matchMedia = () => ({ matches: false });

/** A kind of player of its own for each test. */
const kind = () => {
  class Silent extends Returning {
    /** What Python tells of a run: its first rows. */
    hear(rows, id = "r1") {
      const history = new History(id);
      Object.assign(history, { fixed: { maxIter: 50, network: {} } });
      this.stay(history);
      this.history = history;
      this.more(0, rows);
      this.stand({ iteration: 0 });
      return this;
    }
    more(from, to) {
      const rows = Array.from({ length: to - from }, (_, i) => ({ i: from + i, ll: i, g: [[1, 0, 0, 1, 0, 1, 0]] }));
      this.history.take(decodeRows(rows));
    }
    get stands() {
      return [this.at / 2, this.wanted === null ? null : this.wanted / 2, this.playing || this.onwards];
    }
  }
  for (const name of ["repaint", "told", "ask", "mark"]) Silent.prototype[name] = () => {};
  return Silent;
};

test("a player in the place of another stands where that stood, and plays on as it did", () => {
  const Silent = kind();
  const before = new Silent().hear(9);
  Object.assign(before, { at: 8, playing: true });
  before.leave();
  assert.deepEqual(new Silent().hear(9).stands, [4, null, true]);
  assert.deepEqual(new Silent().hear(9, "r2").stands, [0, null, false], "not in another run");
});

test("after the server had forgotten the page a run is back where it was once its rows are, and plays on", () => {
  const Silent = kind();
  const player = new Silent().hear(9);
  Object.assign(player, { at: 16, playing: true });
  player.comeBack();
  player.hear(3, "again");
  assert.deepEqual(player.stands, [0, 8, true]);
  assert.equal(player.playing, false, "the rows come again from the start");
  player.more(3, 9);
  player.seek();
  assert.deepEqual(player.stands, [8, null, true]);
  assert.equal(player.playing, true);
});

for (const stood of [false, true])
  test(`so it is when another player comes in its place ${stood ? "after" : "before"} it stood there again`, () => {
    const Silent = kind();
    const player = new Silent().hear(9);
    Object.assign(player, { at: 16, playing: true });
    player.comeBack();
    if (stood) player.hear(3, "again");
    player.leave();
    const other = new Silent().hear(3, "again");
    assert.deepEqual(other.stands, [0, 8, true]);
    other.more(3, 9);
    other.seek();
    assert.equal(other.playing, true);
    other.leave();
    assert.deepEqual(new Silent().hear(9, "third").stands, [0, null, false], "once");
  });

test("so it is in the last of some runs that Python makes of the page, until a person does something", () => {
  const Silent = kind();
  const player = new Silent().hear(9);
  Object.assign(player, { at: 16, playing: true });
  player.comeBack();
  player.hear(3, "usual settings");
  player.wanted = null; // as a new run begins
  assert.deepEqual(player.hear(3, "its settings").stands, [0, 8, true]);
  player.comeBack();
  assert.deepEqual(player.hear(3, "again").stands, [0, 8, true], "forgotten once more on the way");
  player.used();
  assert.deepEqual(player.hear(3, "by a hand").stands.slice(2), [false]);
});

test("a row that was awaited at rest is shown at rest", () => {
  const Silent = kind();
  const player = new Silent().hear(3);
  player.wanted = 16;
  player.comeBack();
  player.hear(3, "again");
  assert.deepEqual(player.stands, [0, 8, false]);
});
