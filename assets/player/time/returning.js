// Another view of a run stands where the one before stood; so does a run that is found again on its page, or after the
// server had forgotten it.
import { Patient } from "./preparing.js";

/** @import { Start, Timeline } from "../wire/types.d.ts" */
/** @typedef {{ at: number, wanted?: number, playing: boolean, onwards?: boolean }} Place where a playhead stood */

const left = new Map(); // by kind of player, what the last one left behind: its pace, its run and where it stood

/**
 * @template {Timeline} H
 * @extends {Patient<H>}
 */
export class Returning extends Patient {
  constructor() {
    super();
    /** @type {Place & { history: H, pace: { tab?: string }, returning: Place | false }} */
    this.found = left.get(this.constructor);
    /** @type {Place | false} */
    this.stayed = false; // where the view before stood, when this one shall stand there, too
    /** @type {Place | false} */
    this.returning = this.found?.returning ?? false; // where the run stood before the server forgot it, until it is back there
    this.onwards = false; // whether it plays on once what it awaits is here
    Object.assign(this, this.found?.pace);
  }

  get pace() {
    return { speed: this.speed, linger: this.linger };
  }

  /** Keep for the next player of this kind what it takes over. */
  leave() {
    const { pace, history, at, wanted, playing, onwards, returning } = this;
    left.set(this.constructor, { pace, history, at, wanted, playing, onwards, returning });
  }

  /** The server had forgotten the page, and makes it again in some runs: the last of them goes where this one is. */
  comeBack() {
    const { wanted, at, running, onwards } = this;
    this.returning ||= { at: wanted ?? at, playing: onwards || (running && wanted === null) };
  }

  /**
   * Stand where another view of this run stood, or where it was left for another page, or where Python says.
   * @param {Start} start
   */
  stand(start) {
    this.place(start);
    if (start.playing === false) this.playing = false;
    else if (this.stayed) {
      Object.assign(this, this.stayed);
      this.told();
    }
    if (!this.returning) return;
    const { at, playing } = this.returning; // the rows come again from the start
    Object.assign(this, { at: 0, wanted: at || null, playing: playing && !at, onwards: playing, returning: at > 0 && this.returning });
  }

  /** Once it is back where it was, it goes on as it was. */
  seek() {
    super.seek();
    if (this.wanted !== null) return;
    this.returning = false;
    if (this.onwards) Object.assign(this, { onwards: false, playing: !this.atEnd });
  }

  /** Another history comes: shall it stand where the one before stood, or that which this page was left with? */
  stay(history) {
    const { history: before, at, wanted, playing, onwards = false } = this.history ? this : (this.found ?? {});
    this.stayed = before?.id === history.id && { at, wanted, playing, onwards };
    this.found = null;
  }

  /** What a person does ends what went on by itself. */
  used() {
    if (!this.preparing) Object.assign(this, { onwards: false, returning: false });
  }
}
