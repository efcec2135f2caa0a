// The address of the page holds what is shown: what Python tells of the state, and where the playhead stands. Another state
// is a step that "back" goes back over; another place of the playhead is none. See pages/work/links.py.

const SETTLED = 300; // milliseconds that the playhead stands still before the address says so
const USUAL = "v=1"; // the query of a page that nothing was changed on
const OURS = /^(at|ll|big|hide|lock|pace|tab|unsure|r)=/;
const PRESENTED = "big=1";
const FOREIGN = /^embed(_options)?=/;

const partsOf = (search) => search.replace(/^\?/, "").split("&").filter(Boolean);

/** What a query says of the state: all but where the playhead stands, and what is not ours. */
export const stateOf = (search) => partsOf(search).filter((part) => !OURS.test(part) && !FOREIGN.test(part)).join("&");

/**
 * The query of a state and a place in it.
 * @param {string} search what stands in the address now
 * @param {string} state
 * @param {{ iteration: number, half: string, logLikelihood: number } | null} place
 * @param {boolean} presented
 * @param {string[]} arranged what else stands beside the state: see panels/classroom.js
 * @param {string} room the code of a room that is followed
 */
export function queryOf(search, state, place, presented, arranged = [], room = "") {
  const parts = partsOf(search).filter((part) => FOREIGN.test(part));
  const moved = place && place.iteration > 0;
  if (state !== USUAL || moved || presented || arranged.length || room) parts.push(state);
  if (presented) parts.push(PRESENTED);
  parts.push(...arranged);
  if (moved) {
    parts.push(`at=${place.iteration}${place.half === "E" ? "E" : ""}`);
    if (Number.isFinite(place.logLikelihood)) parts.push(`ll=${Number(place.logLikelihood.toPrecision(9))}`);
  }
  if (room) parts.push(`r=${room}`);
  return parts.length ? `?${parts.join("&")}` : "";
}

/** Whether a link asks for the page to be presented. */
export const asksToPresent = (search) => partsOf(search).includes(PRESENTED);

/** Whether a query opens the page as anyone finds it: no state, no place in it, nothing arranged and no room. */
export const isPlain = (search) => partsOf(search).every((part) => part === USUAL || FOREIGN.test(part));

export class Address {
  /**
   * @param {boolean} presented for a projector, see panels/presenting.js
   * @param {() => string[]} arranged for a class, see panels/classroom.js
   */
  constructor(presented = false, arranged = () => []) {
    this.state = null; // what Python told last
    this.lacks = ""; // a sentence on what the state does not hold
    this.qr = ""; // what draws a QR code
    this.place = null;
    this.presented = presented;
    this.arranged = arranged;
    this.room = "";
    this.timer = 0;
    this.returned = false; // "back" or "forward" was pressed, and Python has not answered
    this.turn = () => {
      this.returned = true;
      clearTimeout(this.timer);
    };
    window.addEventListener("popstate", this.turn);
  }

  /** Take what Python tells of the state. */
  tell({ query, lacks, qr }) {
    Object.assign(this, { lacks, qr });
    const stands = stateOf(location.search) === query;
    if (stands) this.returned = false;
    if (query === this.state) return;
    const step = this.state !== null && !this.returned && !stands;
    Object.assign(this, { state: query, returned: false, place: null });
    this.write(step ? "pushState" : "replaceState");
  }

  /** The playhead stands somewhere; when it still stands there after a moment, the address says so. */
  stands(place) {
    if (this.state === null || this.returned) return;
    this.place = place;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.write("replaceState"), SETTLED);
  }

  /** The page is presented, or no longer. */
  presents(on) {
    this.presented = on;
    this.arranges();
  }

  /** Something beside the state is another. */
  arranges() {
    if (this.state !== null) this.write("replaceState");
  }

  /** A room is followed, by its code, or none. */
  join(code) {
    if (code === this.room) return;
    this.room = code;
    if (this.state !== null) this.write("replaceState");
  }

  /** Another state is followed; Python will tell of it. */
  go(query) {
    history.replaceState(history.state, "", `${location.pathname}?${query}&r=${this.room}`);
    this.turn();
  }

  /** The address as it stands, at once; what one sees, whoever else may be seeing it. */
  get href() {
    this.write("replaceState");
    return this.room ? location.href.replace(`&r=${this.room}`, "") : location.href;
  }

  write(how) {
    clearTimeout(this.timer);
    if (this.returned) return; // Python has not answered
    const query = queryOf(location.search, this.state, this.place, this.presented, this.arranged(), this.room);
    if (query !== location.search || how === "pushState") history[how](history.state, "", `${location.pathname}${query}${location.hash}`);
  }

  destroy() {
    clearTimeout(this.timer);
    window.removeEventListener("popstate", this.turn);
  }
}
