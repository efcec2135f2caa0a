// A player in a room: one that leads tells where it stands, one that follows goes there, until a hand is on it.
import { decide, keyOf } from "./deciding.js";
import { drive, placeOf, samePlace } from "./driving.js";
import { seat } from "./seat.js";
import { RoomPanel } from "./panel.js";

const AGAIN = 3000; // milliseconds after which one that plays tells where it is
const LOOK = 500; // milliseconds after which it tells that it goes at another pace
const PATIENCE = 15_000; // milliseconds after which Python is asked once more: a word may be lost while a page is made
const RESTING = 3000; // milliseconds of rest, and at most twice that, after which Python is told where one is that follows

/** @import { Pins } from "./types.d.ts" */

export class Attending {
  /** @param {import("../base.js").BasePlayer<any>} player */
  constructor(player) {
    this.player = player;
    this.query = null; // the state that Python told last
    this.led = false; // whether it is the room that moves the player
    this.driven = {}; // the place that was gone to last, and in which run
    /** @type {Pins} */
    this.pins = null; // that the room has set
    this.jitter = this.rest = this.late = 0; // timers
    this.told = 0; // when the place was told last
    seat.arrive();
    this.panel = new RoomPanel(player, seat, { again: () => this.again(), alone: () => this.leave() });
    this.changed = () => this.hear();
    this.turn = () => this.touched();
    window.addEventListener("popstate", this.turn);
    this.clock = setInterval(() => player.playing && this.tellPlace(performance.now() - this.told > AGAIN), LOOK);
  }

  get page() {
    return location.pathname.endsWith("/compare") ? "compare" : "";
  }

  /** Python has told of the state, and where rooms are. */
  tell({ query, room }) {
    this.query = query;
    seat.changed = this.changed;
    seat.enter(new URL(room, document.baseURI).href);
    this.player.address.join(seat.joined ? seat.code : "");
    if (seat.leads && !this.there) this.tellState();
    this.hear();
  }

  /** Something is new in the room. */
  hear() {
    this.player.address.join(seat.joined ? seat.code : "");
    if (seat.leads && this.query !== null && !seat.parts.state) {
      this.player.introduced();
      this.player.touched = true; // so that her first step waits for nothing, either
      this.player.ask();
      this.tellState();
      this.stands();
    }
    this.act();
    this.panel.show(this.there);
  }

  /** Whether the page shows what the room shows. */
  get there() {
    const { state } = seat.parts;
    return !state || (this.query !== null && keyOf(state) === keyOf({ page: this.page, query: this.query }));
  }

  /** Follow, if there is anything to follow to. */
  act() {
    const { player, page, query, driven } = this;
    if (!seat.follows || query === null || player.preparing || !player.history?.fixed) return;
    const { run } = player.history;
    const todo = decide(seat.parts, { page, query }, seat.asked, driven.run === run ? driven.place : null);
    if (todo === "ask") this.jitter ||= window.setTimeout(() => this.ask(), seat.spread * Math.random());
    if (todo !== "go" && todo !== "stay") return;
    this.led = true;
    player.introduce = false;
    player.touched = true; // rows are asked for ahead of the next step
    const { pins, place } = seat.parts;
    if (todo === "go") {
      this.driven = { place, run };
      drive(player, place);
      player.ask();
    }
    if (pins && JSON.stringify(pins) !== JSON.stringify(player.pins)) player.pins = pins;
    this.pins = player.pins;
    this.led = false;
  }

  /** Have Python go where the leader is. */
  ask() {
    this.jitter = 0;
    const { state, place } = seat.parts;
    if (!seat.follows || !state || this.there) return;
    seat.asked = keyOf(state);
    seat.asking = true;
    const query = place?.iteration ? `${state.query}&at=${place.iteration}${place.half === "E" ? "E" : ""}` : state.query;
    if (state.page === this.page) this.player.address.go(query);
    document.dispatchEvent(new CustomEvent("mixes-follow", { detail: { page: state.page, query } }));
    if (!this.late) this.late = window.setTimeout(() => this.wonder(), PATIENCE);
  }

  /** Has Python gone there? */
  wonder() {
    if (this.there) this.late = 0; // else it has been asked again
    else seat.asked = "";
    this.act();
  }

  /** The page's script is asked to run; by a hand, or for what the room wants. */
  prepare(hand) {
    this.pins = null; // another run has none
    if (!seat.asking && hand) this.touched();
    seat.asking = false;
  }

  /** The page's script has run. */
  settled() {
    seat.asking = false;
    this.hear();
  }

  /** A hand is on the player or on a setting. */
  touched() {
    if (this.led || !seat.follows) return;
    this.leave();
  }

  leave() {
    seat.go(true);
    clearTimeout(this.jitter);
    this.jitter = 0;
    this.player.talk.shown();
  }

  again() {
    this.driven = {};
    seat.go(false);
  }

  /** The player stands still, or begins or ends to move. */
  stands() {
    const { player } = this;
    if (player.preparing || this.query === null) return;
    this.tellPlace();
    if (seat.leads) seat.tell({ pins: player.pins });
    else if (seat.follows && this.pins && !player.running && JSON.stringify(this.pins) !== JSON.stringify(player.pins)) this.touched();
  }

  /** Another state, and the place in it: who follows is not to stand there where it stood before. */
  tellState() {
    seat.tell({ state: { page: this.page, query: this.query }, place: placeOf(this.player) });
  }

  tellPlace(again = false) {
    if (!seat.leads || this.query === null || this.player.preparing) return;
    const place = placeOf(this.player);
    if (!again && samePlace(seat.parts.place, place)) return;
    this.told = performance.now();
    seat.tell({ place });
  }

  /** Whether Python need not know at once where the player stands: it is told a while later, and not by all at once. */
  rests() {
    if (!seat.follows) return false;
    clearTimeout(this.rest);
    this.rest = window.setTimeout(() => this.player.talk.shown(true), RESTING * (1 + Math.random()));
    return true;
  }

  destroy() {
    window.removeEventListener("popstate", this.turn);
    clearInterval(this.clock);
    clearTimeout(this.jitter);
    clearTimeout(this.rest);
    clearTimeout(this.late);
    if (seat.changed === this.changed) seat.changed = () => {};
    this.panel.destroy();
  }
}
