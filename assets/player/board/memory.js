// What was drawn before, to go back to, and what was undone. The tab keeps it, so that it is there after a reload.

const KEPT = "mixes-board";
const MOST = 100;

export class Memory {
  constructor() {
    /** @type {string[]} */
    this.past = [];
    /** @type {string[]} */
    this.later = []; // what was undone, the last first to come again
    this.now = "";
  }

  /** Another drawing, which was not made here, is on the board; `over` says whether it came over one that was there. */
  adopt(text, over) {
    if (!this.now) Object.assign(this, recalled(text));
    else if (over && this.now !== text) this.remember(this.now);
    this.stands(text);
  }

  /** A drawing has become another one. */
  remember(text) {
    this.past = [...this.past, text].slice(-MOST);
    this.later = [];
  }

  /** It is this one now. */
  stands(text) {
    this.now = text;
    keep(this);
  }

  /** The drawing before, or "". */
  undo() {
    if (!this.past.length) return "";
    this.later = [...this.later, this.now];
    return this.past.pop();
  }

  /** The one that was undone, or "". */
  redo() {
    if (!this.later.length) return "";
    this.past = [...this.past, this.now];
    return this.later.pop();
  }
}

/** What the tab has kept, if it is of this drawing. */
function recalled(text) {
  try {
    const { past, later, now } = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
    return now === text ? { past, later } : {};
  } catch {
    return {}; // a browser that keeps nothing
  }
}

/** @param {Memory} memory */
function keep({ past, later, now }) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ past, later, now }));
  } catch {
    // no room, or a browser that keeps nothing: after a reload there is nothing to go back to
  }
}
