// What the player tells Python, and when; see pages/wire/messages.md.

const PATIENCE = 5000; // milliseconds until an unanswered question is asked again
const FILE_PATIENCE = 60_000; // milliseconds that a file may take
const TABLE_PATIENCE = 60_000; // a piece of a comparison's table fits every model again
const SETTLED = 250; // milliseconds after the last move by hand
const FOR_ROWS = ["need", "table", "more"]; // questions that rows answer
const BY_HAND = ["more", "edit"]; // questions that nobody asks again
const LEAVING = 3000; // milliseconds until the page is made anew, if it is

/**
 * @import { Half } from "./types.d.ts"
 * @typedef {{ run: string, have: boolean, shown: { iteration: number, half: Half }, playing: boolean }} Look
 */

export class Talk {
  /**
   * `look()` tells of the player now.
   * @param {() => Look} look
   */
  constructor(look) {
    this.look = look;
    /** @type {(name: string, value: object) => void} */
    this.send = () => {};
    /** @type {() => void} */
    this.again = null; // called when the open question has had no answer, or may be asked again
    /** @type {number} */
    this.asked = null; // when the open question was asked
    this.question = ""; // its name
    this.word = null; // its value
    this.told = 0; // when Python was last told where the playhead is
    this.untold = false;
    this.owed = false; // whether that has to wait for the open question
    this.quiet = 0; // until when nothing is said
    this.offline = false;
    this.busy = false; // whether another run is prepared
  }

  /** Ask for rows from one on. */
  need(from) {
    const { run, have, shown } = this.look();
    this.ask("need", { run, from, have, shown }, PATIENCE);
  }

  /** Ask for a comparison's table, or for a piece more of it. */
  table(have) {
    this.ask("table", { run: this.look().run, have }, TABLE_PATIENCE);
  }

  /** Ask a question, unless one is still open; one that stays unanswered may be asked again after `patience`. */
  ask(name, value, patience) {
    if (!this.asked && !this.hushed) this.open(name, value, patience);
  }

  open(name, value, patience) {
    Object.assign(this, { asked: performance.now(), question: name, word: value });
    this.timer = setTimeout(() => {
      this.asked = null;
      this.again?.();
    }, patience);
    this.send(name, value);
  }

  /** What a message settles: another run and a problem any question, rows one for rows, a file its own; a hasty one took their place. */
  heard({ fresh = false, problem = false, rows = false, file = false }) {
    const settled = [...(rows ? FOR_ROWS : []), ...(file ? ["export"] : [])];
    if (fresh || problem || settled.includes(this.question)) this.answered();
  }

  /** An answer has come. */
  answered() {
    this.unanswered();
    this.settleUp();
  }

  /** A question that was open when the connection broke will not be answered. */
  unanswered() {
    this.asked = null;
    clearTimeout(this.timer);
  }

  /** Say what had to wait for the open question. */
  settleUp() {
    if (this.owed) this.shown();
    this.owed = false;
  }

  /** Say nothing for a while: a word that reaches Python while it makes another page would stop that page. */
  hush() {
    this.quiet = performance.now() + LEAVING;
    clearTimeout(this.pause);
    clearTimeout(this.back);
    this.back = setTimeout(() => this.again?.(), LEAVING);
  }

  /** Python has come to rest and may be spoken to. */
  speak() {
    this.quiet = 0;
  }

  get hushed() {
    return this.offline || this.busy || performance.now() < this.quiet;
  }

  /** Where the playhead is: soon, or at once when a setting may be about to change. */
  shown(atOnce = false) {
    clearTimeout(this.pause);
    this.untold = true;
    if (!atOnce) {
      this.pause = setTimeout(() => this.shown(true), SETTLED);
      return;
    }
    if (this.hushed) return;
    if (this.asked) {
      this.owed = true; // a word now would take the question's place; a question for rows tells the place, too
      return;
    }
    const { run, shown, playing } = this.look();
    this.told = performance.now();
    this.untold = false;
    this.send("shown", { run, ...shown, playing });
  }

  /**
   * What goes along with what asks for the page: where the playhead is, as a setting forks the run there, and what a hand did
   * that has had no answer.
   */
  get along() {
    const { run, shown } = this.look();
    const undone = this.asked && BY_HAND.includes(this.question);
    return { stands: { run, ...shown }, ...(undone && { [this.question]: this.word }) };
  }

  /**
   * What is looked at, for a page that listens.
   * @param {{ point: number, focus: import("./types.d.ts").Focus }} looked
   */
  looks(looked) {
    if (this.hushed || this.asked) return;
    const { run, shown } = this.look();
    this.send("look", { run, ...shown, ...looked });
  }

  /** As shown(true), but one gesture (press, focus) counts once. */
  touched() {
    if (this.untold || performance.now() - this.told > SETTLED) this.shown(true);
  }

  /**
   * Have a file made, of what is shown unless another place is given; `model` is that of a comparison, null for all.
   * @param {string} kind
   * @param {{ model?: number, iteration?: number, frames?: string[] }} more
   */
  export(kind, { model, iteration, frames } = {}) {
    // until the file is there nothing else is said: a word that follows would take the place of this one
    clearTimeout(this.pause);
    clearTimeout(this.timer);
    const { run, shown } = this.look();
    this.open("export", { run, kind, iteration: iteration ?? shown.iteration, model, frames }, FILE_PATIENCE);
  }

  /** A component is edited by hand, or that is undone: an edit as text, or "undo". */
  edit(text) {
    clearTimeout(this.pause);
    clearTimeout(this.timer);
    const { run, shown } = this.look();
    this.open("edit", { run, ...shown, text }, PATIENCE);
  }

  /** The run is to go on beyond its last iteration. */
  more() {
    clearTimeout(this.pause);
    clearTimeout(this.timer);
    this.open("more", { run: this.look().run, click: Date.now() % 1e9 }, PATIENCE); // another click is another word
  }

  destroy() {
    clearTimeout(this.timer);
    clearTimeout(this.pause);
    clearTimeout(this.back);
  }
}
