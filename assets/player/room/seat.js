// What this tab is in a room: it leads one, follows one, or neither. It stays so on the next page and after a reload; the key of
// who leads is in the tab's own storage, never in an address that others see.
import { codeOf, Teller } from "./deciding.js";
import * as door from "./door.js";

/** @import { Parts } from "./types.d.ts" */

const KEPT = "mixes-room";
const HEARTBEAT = 2000; // milliseconds between questions of who leads: how many follow, how many have answered
const SPREAD = 60; // milliseconds a follower over which all ask Python to go elsewhere: about what each costs it
const BETWEEN = 250; // milliseconds between two guesses that are sent, more than pages/room/rooms.py asks for; the last one counts
const RESTARTED = "The room has ended: the server was restarted."; // as pages/room/rooms.py says it
const OWN = /^#lead=([\w-]{20,64})$/;

/** What this tab sat in before a reload; a browser that keeps nothing begins anew. */
function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
  } catch {
    return {}; // storage is forbidden
  }
}

const randomWord = () => Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => (byte % 36).toString(36)).join("");

export class Seat {
  constructor() {
    this.base = ""; // the address of all rooms; "" while there are none, as in a page without a server
    this.code = "";
    this.key = ""; // "" of one who follows
    this.brought = ""; // the key that the address brought
    this.guest = "";
    this.away = false; // one who follows explores alone
    this.lost = false; // the connection is
    this.over = ""; // why there is no room any more
    this.asked = ""; // what Python was asked for last, to follow
    this.spread = 0; // milliseconds over which those who follow ask for the same
    this.asking = false; // whether the page's script will be asked to run for that
    /** @type {Parts} */
    this.parts = {};
    this.counts = { followers: 0, answered: 0 };
    this.guesses = {}; // own ones, by the number of the question
    this.guessed = -BETWEEN; // when the last one was sent
    this.sending = false; // whether one is not at the server yet
    this.problem = ""; // what the server said of the last guess or question
    this.changed = () => {};
    this.stop = () => {};
  }

  get leads() {
    return Boolean(this.code && this.key);
  }

  get joined() {
    return Boolean(this.code && !this.key);
  }

  get follows() {
    return this.joined && !this.away;
  }

  /** The question that stands, if there is one. */
  get question() {
    return this.parts.question ?? null;
  }

  /** Take the key out of the address, where others may see it. */
  arrive() {
    const [, key] = OWN.exec(location.hash) ?? [];
    if (!key) return;
    this.brought = key;
    history.replaceState(history.state, "", `${location.pathname}${location.search}`);
  }

  /** The server has rooms: sit down where the address says, or where this tab sat before. */
  enter(base) {
    if (this.base) return;
    this.base = base;
    const kept = remembered();
    const code = codeOf(new URLSearchParams(location.search).get("r") ?? "");
    const { brought: key } = this;
    if (key && code) this.sit({ code, key });
    else if (code && code !== kept.code) this.sit({ code });
    else if (code || kept.key) this.sit(kept);
  }

  /** Sit in a room: as its leader with a key, else as one who follows. */
  sit({ code, key = "", guest = randomWord(), away = false, guesses = {} }) {
    this.stop();
    Object.assign(this, { code, key, guest, away, guesses, parts: {}, over: "", problem: "", asked: "", lost: false });
    this.counts = { followers: 0, answered: 0 };
    this.keep();
    if (key) this.begin();
    else {
      const parts = (news) => {
        this.lost = false;
        if (news.state) this.spread = this.parts.state ? SPREAD * news.followers : 0;
        Object.assign(this.parts, news);
        this.changed();
      };
      this.stop = door.listen(this.base, this, { parts, lost: () => this.lose(true), over: (refused) => this.close(refused) });
    }
    this.changed();
  }

  begin() {
    const teller = new Teller(async (parts) => {
      try {
        const { followers, answered, question } = await door.lead(this.base, this, parts);
        this.counts = { followers, answered };
        if (!("question" in teller.waiting)) this.parts.question = question;
        this.lose(false);
        this.changed();
      } catch (refused) {
        if (refused.status === 400) {
          const { question, ...others } = /** @type {Parts} */ (parts);
          if (question && Object.keys(others).length) teller.tell(others); // what came with a question that cannot be
          this.problem = refused.message;
          return this.changed();
        }
        if ([403, 404, 410].includes(refused.status)) return this.close(refused);
        this.lose(true);
        throw refused;
      }
    });
    const clock = setInterval(() => teller.beat(), HEARTBEAT);
    this.teller = teller;
    this.stop = () => {
      clearInterval(clock);
      teller.stop();
    };
  }

  keep() {
    const { code, key, guest, away, guesses } = this;
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(code ? { code, key, guest, away, guesses } : {}));
    } catch {
      // storage is forbidden: a reload leaves the room
    }
  }

  lose(lost) {
    if (lost === this.lost) return;
    this.lost = lost;
    this.changed();
  }

  /** There is no room any more, or none for this tab. */
  close({ status, message }) {
    const known = Object.keys(this.parts).length || this.lost;
    this.rise(status === 404 && known ? RESTARTED : message);
  }

  /** Stand up, and say why. */
  rise(over = "") {
    this.stop();
    Object.assign(this, { code: "", key: "", parts: {}, over, lost: false, stop: () => {} });
    this.keep();
    this.changed();
  }

  async open() {
    try {
      this.sit(await door.open(this.base));
      return true;
    } catch (refused) {
      this.rise(refused.message);
      return false;
    }
  }

  /** Join the room of a code that was typed. */
  join(text) {
    const code = codeOf(text);
    if (code) this.sit({ code });
    else this.rise("The code of a room has five letters, such as BKTRM.");
  }

  /** Those who follow shall know; the same twice is told once. */
  tell(parts) {
    if (!this.leads) return;
    const same = ([name, value]) => JSON.stringify(value) === JSON.stringify(this.parts[name]);
    const news = Object.fromEntries(Object.entries(parts).filter((part) => !same(part)));
    Object.assign(this.parts, news);
    this.problem = "";
    this.teller.tell(news);
  }

  /** Show what was guessed. */
  reveal() {
    this.teller.tell({ reveal: true });
  }

  /** Leave what the leader does, or come back to it. */
  go(away) {
    Object.assign(this, { away, asked: "", spread: 0 });
    this.keep();
    this.changed();
  }

  async guess(value) {
    const { number } = this.question;
    this.guesses = { [number]: value };
    Object.assign(this, { problem: "", sending: true });
    this.keep();
    this.changed();
    clearTimeout(this.guessing);
    const wait = this.guessed + BETWEEN - performance.now();
    if (wait > 0) this.guessLater(number, wait);
    else await this.send(number, value);
  }

  guessLater(number, wait) {
    this.guessing = setTimeout(() => this.question?.number === number && this.guess(this.guesses[number]), wait);
  }

  async send(number, value) {
    this.guessed = performance.now();
    try {
      await door.guess(this.base, this, number, value);
      this.sending = this.guesses[number] !== value; // or another one waits
    } catch (refused) {
      if (refused.status === 429) this.guessLater(number, BETWEEN);
      else Object.assign(this, { problem: refused.message, sending: false });
    }
    this.changed();
  }

  async end() {
    this.stop(); // to a room that ends nothing is told
    try {
      await door.end(this.base, this);
      this.rise("The room has ended.");
    } catch (refused) {
      this.close(refused);
    }
  }

  /** The address that is for those who follow. */
  get address() {
    return new URL(`?r=${this.code}`, new URL(".", document.baseURI)).href;
  }

  /** The address that leads, for another device of the leader's own. */
  get own() {
    return `${this.address}#lead=${this.key}`;
  }
}

/** That of this tab: it outlives the players of its pages. */
export const seat = new Seat();
