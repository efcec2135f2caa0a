// A page that is arranged for a class: what is away, locked and open, and at which pace, is applied, and told to the address.
import { Painting } from "./painting.js";
import { toggleArranging } from "./panels/arranging.js";
import { classPace, inLink, isLocked, keepPace, learn, partsAway, watchClassroom } from "./panels/classroom.js";
import { showUncertainty, uncertainty } from "./panels/uncertainty.js";

/** @import { Address } from "./wire/link.js" */
/** @import { Timeline } from "./wire/types.d.ts" */

/**
 * A subclass has an address, and makes files: export(kind).
 * @template {Timeline} H
 * @extends {Painting<H>}
 */
export class Arranged extends Painting {
  constructor(parent, Stage) {
    super(parent, Stage);
    /** @type {Address} */
    this.address = null;
    this.newcomer = !this.found; // no player of its kind was here before
    this.unarranged = watchClassroom(() => this.arranged());
    this.stage.strip.open(this.found?.pace.tab);
  }

  /** What the next player of this kind takes over. */
  get pace() {
    return { ...super.pace, tab: this.stage.strip.told };
  }

  export(kind) {}

  /** What is arranged for a class, as the address says it. */
  get arrangement() {
    const [tab, unsure] = [this.stage.strip.told, uncertainty()];
    return inLink({ gone: partsAway(), locked: isLocked(), pace: this, tab, unsure });
  }

  /** Something is away, or back, or locked. */
  arranged() {
    this.stage.strip.leaveOut(partsAway());
    this.address?.arranges();
  }

  /** Which parts there are, and what the page was opened with. */
  arrange(parts, arranged) {
    const opened = learn(parts, arranged);
    this.stage.controls.arrangeable();
    if (!this.newcomer) return;
    this.newcomer = false;
    if (classPace()) Object.assign(this, classPace(), { introduce: false });
    this.stage.controls.paced();
    if (!opened) return; // what the address said is over
    this.stage.strip.open(arranged.tab);
    showUncertainty(arranged.unsure);
  }

  /** Show or hide the list of what can be arranged. */
  arranging() {
    toggleArranging(this);
  }

  /** The pace of a class, which a player of another page begins with, too. */
  setPace(pace) {
    keepPace(pace);
    this.setSpeed(pace.speed);
    this.setLinger(pace.linger);
    this.stage.controls.paced();
  }

  setSpeed(speed) {
    super.setSpeed(speed);
    this.address?.arranges();
  }

  setLinger(on) {
    super.setLinger(on);
    this.address?.arranges();
  }

  /** Another tab is open, or how sure rows are is drawn or no longer. */
  turned() {
    this.address?.arranges();
  }

  destroy() {
    this.unarranged();
    super.destroy();
  }
}
