// What is pressed while Python prepares another run happens to that run, once it is here.
import { Playhead } from "./playhead.js";

const SOON = 3; // seconds within which rows come as a rule
const REFUSED = "What you pressed was meant for settings that cannot be used, see the left.";

/** @import { Timeline } from "../wire/types.d.ts" */

/**
 * A playhead that keeps what is pressed while a run is prepared: `wishes`, null as long as none is. A subclass says
 * what is wrong: fail(message).
 * @template {Timeline} H
 * @extends {Playhead<H>}
 */
export class Patient extends Playhead {
  constructor() {
    super();
    /** @type {[name: string, ...how: any[]][]} */
    this.wishes = null;
    this.went = false; // whether it played when the run was asked for
    this.awaitedFor = 0; // seconds since rows are awaited
  }

  /** @param {string} message */
  fail(message) {}

  get preparing() {
    return this.wishes !== null;
  }

  /** Once a second: are rows awaited still? */
  second() {
    this.awaitedFor = this.state === "waiting" ? this.awaitedFor + 1 : 0;
  }

  /** What is worked on, where one has to wait for it: a sentence, or "". */
  get working() {
    if (this.preparing) return "Preparing…";
    return this.state === "waiting" && this.awaitedFor >= SOON ? (this.history.fixed?.awaited ?? "") : "";
  }

  /** Python has been asked for what may be another run; the one that is here plays on as far as it can. */
  prepare() {
    if (!this.preparing) Object.assign(this, { wishes: [], went: this.playing });
    this.mark();
  }

  /** Python has answered, with a problem or without: what went on goes on, and what was pressed happens. */
  prepared(problem, refused) {
    const { wishes, went } = this;
    this.wishes = null;
    if (wishes.length && (problem || refused)) this.fail(problem || REFUSED);
    else if (!problem) {
      this.playing ||= went && this.wanted === null && !this.atEnd;
      for (const [name, ...how] of wishes) this[name](...how);
    }
    this.mark();
  }

  /** Keep what was pressed for the run that is prepared; false when there is none. */
  wish(name, ...how) {
    if (!this.preparing) return false;
    if (name === "scrub" && this.wishes.at(-1)?.[0] === name) this.wishes.pop();
    this.wishes.push([name, ...how]);
    this.used();
    this.mark();
    return true;
  }

  /** Whether time goes on, or will once the run is here. */
  get running() {
    if (!this.preparing) return super.running;
    return this.wishes.length ? this.wishes.at(-1)[0] === "play" : this.went;
  }

  get state() {
    return this.preparing ? "preparing" : super.state;
  }

  get bar() {
    const bar = super.bar;
    if (!this.preparing) return bar;
    const [name, goal] = this.wishes.at(-1) ?? [];
    return { ...bar, atEnd: false, ...(name === "scrub" && { iteration: goal }) };
  }
}

for (const name of ["play", "pause", "step", "scrub"]) {
  Patient.prototype[name] = function (...how) {
    if (!this.wish(name, ...how)) Playhead.prototype[name].apply(this, how);
  };
}
