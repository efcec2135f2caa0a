// What every player shares: browser time over Python's rows, painted on a stage, and talk with the page.
import { Arranged } from "./arranged.js";
import { hand } from "./drawing/files.js";
import { heardLock } from "./panels/classroom.js";
import { Attending } from "./room/attending.js";
import { halfOf, iterationOf, runsLow } from "./time/pacing.js";
import { keep, remind, stranger, tell } from "./wire/comeback.js";
import { OFFLINE } from "./wire/connection.js";
import { decode } from "./wire/decode.js";
import { Address, asksToPresent } from "./wire/link.js";
import { Surroundings } from "./wire/surroundings.js";
import { Talk } from "./wire/talk.js";

/** @import { Message, Timeline } from "./wire/types.d.ts" */

/**
 * A subclass begins a new run, takes what Python sent about it and lets go of what is looked at: begin(message),
 * take(message), release().
 * @template {Timeline} H
 * @extends {Arranged<H>}
 */
export class BasePlayer extends Arranged {
  constructor(parent, Stage) {
    super(parent, Stage);
    this.lost = 0; // seconds for which it has not been on the page
    this.idle = 0; // seconds since the page's script came to rest
    this.heard = false; // whether the script has told of its run
    this.from = ""; // which run of which session was heard last
    this.problem = "";
    this.refused = false;
    /** @type {() => void} */
    this.wait = null; // stops waiting for Python to know this page again
    this.talk = new Talk(() => this.look());
    this.talk.again = () => {
      this.ask();
      this.wake();
    };
    this.page = new Surroundings(this);
    this.address = new Address(this.presenting, () => this.arrangement);
    this.room = new Attending(this);
    this.arranged();
    if (asksToPresent(location.search)) this.present(true);
  }

  /**
   * A new run id.
   * @param {Message} message
   */
  begin(message) {}

  /**
   * Gives the number of new rows, whether this answers a question, and whether it is worth a new picture.
   * @param {Message} message
   */
  take(message) {
    return { rows: 0, answer: false, more: false };
  }

  /** Let go of what is looked at; gives whether there was anything. */
  release() {
    return false;
  }

  /** The page is used elsewhere: a setting may be about to change. */
  left() {
    if (this.playing || this.talk.untold) this.talk.touched();
  }

  /** The connection to the server is lost or back; after a while away the server may have forgotten this page. */
  connected(there) {
    this.offline = this.talk.offline = !there;
    this.talk.unanswered();
    if (there) {
      tell();
      this.talk.hush(); // first the page is made anew
    }
    this.mark();
  }

  /** What is wrong now, for the line of words. */
  get trouble() {
    return this.error || (this.offline ? OFFLINE : "");
  }

  /** The page's script is asked to run, by a hand or not: until it has, a word would be about a run that may be no more. */
  prepare(hand = false) {
    this.room.prepare(hand);
    this.heard = false;
    this.idle = 0;
    this.talk.busy = true;
    this.leave(); // another page may come
    super.prepare();
  }

  /** No script of the page runs any more. */
  rested() {
    if (this.heard) this.settle();
  }

  /** The page's script has run, and has told of it. */
  settle() {
    if (!this.preparing) return;
    this.talk.busy = false;
    this.talk.answered();
    this.prepared(this.problem, this.refused);
    this.room.settled();
    this.ask();
    this.wake();
  }

  get active() {
    return this.page.active;
  }

  /** Once a second: has the theme changed, are rows awaited for long, has the page taken the player away? */
  check() {
    this.second();
    this.showState();
    this.lost = this.root.isConnected ? 0 : this.lost + 1;
    if (this.lost > 2) this.destroy();
    else if (!this.lost && this.history) this.dress();
    // a script that came to rest without a word, twice in a row, will not send one
    this.idle = this.page.resting ? this.idle + 1 : 0;
    if (this.idle > 1) this.settle();
  }

  look() {
    const { history } = this;
    return {
      run: history.run,
      have: Boolean(history.fixed),
      shown: { iteration: iterationOf(this.at), half: halfOf(this.at) },
      playing: this.playing,
    };
  }

  /** Its words that go along with what asks for the page; nothing as long as no picture is here. */
  get along() {
    return this.history?.fixed ? this.talk.along : null;
  }

  /** @returns {import("./room/types.d.ts").Pins} what is picked and pinned, as it is told in a room */
  get pins() {
    return { point: null, focus: null };
  }

  set pins(pins) {}

  /** @returns {{ rows: { logLikelihood?: number }[] }} the run that the log-likelihood in a link is of */
  get leading() {
    return null;
  }

  stands() {
    const iteration = iterationOf(this.at);
    const half = halfOf(this.at);
    const { logLikelihood } = this.leading?.rows[iteration - (half === "E" ? 1 : 0)] ?? {};
    this.address.stands({ iteration, half, logLikelihood });
    this.room.stands();
  }

  mark() {
    super.mark();
    this.room?.stands();
  }

  used() {
    super.used();
    this.room.touched();
  }

  presented() {
    this.address.presents(this.presenting);
    super.presented();
  }

  /** Called by the page, with what Python sent. */
  update({ data, setTriggerValue }) {
    if (setTriggerValue) this.talk.send = setTriggerValue;
    if (data) this.hear(decode(data));
  }

  /**
   * Take a message of Python; the same twice changes nothing.
   * @param {Message} message
   */
  hear(message) {
    const { run, session, scriptRuns, refused, error, file, link, parts, arranged, locked } = message;
    if (scriptRuns !== undefined) this.root.dataset.scriptRuns = scriptRuns;
    if (message.plotly) this.axes(message.plotly);
    this.wait?.();
    if (stranger(message)) {
      this.wait = remind(() => this.hear(message));
      return;
    }
    if (parts) this.arrange(parts, arranged);
    if (locked !== undefined) heardLock(locked);
    const from = `${session} ${scriptRuns}`;
    this.heard ||= from !== this.from;
    Object.assign(this, { from, refused, problem: error });
    if (keep(message)) {
      this.comeBack();
      this.talk.speak();
    }
    if (!run) {
      if (error) this.fail(error);
      return;
    }
    const fresh = run !== this.history?.run;
    if (fresh) this.begin(message);
    const { newest } = this.history;
    const { rows, answer, more } = this.take(message);
    const filled = !fresh && rows && newest === this.history.newest && this.painted === this.at; // sketches, not in sight
    if (error && (error !== this.error || this.talk.asked)) this.fail(error);
    const news = fresh || answer;
    this.talk.heard({ fresh, problem: Boolean(error), rows: answer, file: Boolean(file) });
    if (file) hand(this.history.run, file);
    if (link) {
      this.room.tell(link); // first, as the address may name a room
      this.address.tell(link);
    }
    if (rows) Object.assign(this, { error: error || "", awaitedFor: 0 });
    this.dress();
    if ((news && !filled) || more) this.repaint();
    this.ask();
    this.wake();
    if (this.page.resting) this.rested();
  }

  ask() {
    if (!this.history || (this.error && !this.playing)) return;
    const { first } = this;
    if (first !== null) this.talk.need(first);
  }

  /** The first row to ask for: of the shown picture, of a wanted one, ahead of time while time goes on, of a sketch; or null. */
  get first() {
    const { history, at, wanted } = this;
    if (!history.fixed) return 0;
    const of = (place) => history.missing(iterationOf(place) - (halfOf(place) === "E" ? 1 : 0));
    const firsts = [at, wanted].filter((place) => place !== null && !this.shows(place)).map(of);
    if ((this.running || this.touched) && runsLow(at, history.rows, this.settings)) firsts.push(of(at + 2));
    if (history.sketches) firsts.push(history.missing(0));
    const over = history.end && history.newest >= history.end.iteration;
    return firsts.find((t) => t < history.rows.length || !over) ?? null;
  }

  told() {
    if (this.room.rests()) this.talk.untold = true;
    else this.talk.shown();
  }

  destroy() {
    if (!this.destroyed) this.leave();
    this.wait?.();
    this.page.destroy();
    this.talk.destroy();
    this.address.destroy();
    this.room.destroy();
    super.destroy();
  }
}

/**
 * The entry of a kind of player, for Streamlit's components and for a plain page alike: called again with the same
 * `parentElement` whenever data or theme change. It gives a clean-up function, which does nothing while the element is
 * still on the page.
 */
export const mounting = (Player) => (component) => {
  const { parentElement: parent } = component;
  parent.emPlayer ||= new Player(parent);
  parent.emPlayer.update(component);
  return () => {
    if (!parent.isConnected) parent.emPlayer?.destroy();
  };
};
