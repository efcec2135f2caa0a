// A tour of one minute through the real page: at each stop one thing to do, and the tour goes on when it was done. It is offered to
// whoever is here for the first time, never forced, and its words stand in a line of their own above the bar: nothing is covered.
import { html } from "../drawing/dom.js";
import { INTRODUCTION } from "../time/pacing.js";
import { introduced } from "./introduction.js";

const KEY = "mixes-toured"; // "1" once a tour was begun or declined
const SETTINGS = '[data-testid="stExpandSidebarButton"]';
const ABOVE = "dialog[open], [popover]:popover-open, [data-testid=stPopoverBody], [role=listbox]"; // what Esc closes first

/**
 * What the tour sees of the player: where it stands, in half-steps, whether time goes on, a hand drags, the last step was a
 * half one, the run is at its end, which run it is, and how many components it has.
 * @typedef {{ at: number, playing: boolean, dragging: boolean, slow: boolean, ended: boolean, run: string, size: string }} Moment
 */

/**
 * A stop: `where` is outlined, `closed` is said where that is behind the button of the settings, and `done(since, now)` is whether the
 * reader has done it, by whichever way: button, key, slider or curve.
 * @type {{ where: string, text: string, closed?: string, done: (since: Moment, now: Moment) => boolean }[]}
 */
export const STOPS = [
  {
    where: ".em-player .em-play",
    text: "Press Play and watch three iterations: points take the colours of components (E-step), then components move to their points (M-step).",
    done: (since, now) => (now.playing && now.at >= INTRODUCTION) || reached(since, now),
  },
  {
    where: ".em-player .em-bar input[type=range]",
    text: "Drag the slider back to the start. Every iteration is kept, so you can go anywhere.",
    done: (since, now) => rests(since, now) && (now.at < since.at || (since.at === 0 && now.at > 0)),
  },
  {
    where: ".em-player .em-bar [data-part=half]",
    text: "Press ½ twice: the first half-step shares the points out and only colours change, the second moves the components.",
    done: (since, now) => now.slow && now.at >= since.at + 2,
  },
  {
    where: ".em-player .em-curve-panel",
    text: "This curve says how well the mixture fits: EM makes it rise, iteration by iteration. Click or tap somewhere on it to go there.",
    done: (since, now) => rests(since, now) && !now.slow && now.at !== since.at,
  },
  {
    where: '[data-testid="stSlider"]:has([aria-label="Components k"])',
    text: "Change Components k, on the left. That begins a new run, and the one before stays a click away.",
    closed: "Open the settings, at the top, and change Components k. That begins a new run, and the one before stays a click away.",
    done: (since, now) => now.size !== since.size,
  },
  {
    where: '[data-testid="stTopNavLinkContainer"]:has([href$="/learn"])',
    text: "That was the tour. Short lessons are on the page Learn, at the top: predict what will happen, try it, and see why.",
    closed: "That was the tour. Short lessons are on the page Learn, in the menu at the top: predict what will happen, try it, and see why.",
    done: () => false,
  },
];

/** Whether a run that played has come to its end. */
const reached = (since, now) => since.playing && now.ended && !now.playing;

/** Whether a hand has brought the playhead to where it stands. */
const rests = (since, now) => since.run === now.run && !now.playing && !now.dragging && !reached(since, now);

/**
 * From which moment on something has to be done, now that it was not.
 * @param {Moment} since
 * @param {Moment} now
 */
export function counted(since, now) {
  if (now.dragging) return since;
  return now.playing || reached(since, now) || now.run !== since.run || now.at < since.at ? now : since;
}

/** Whether this browser keeps it that a tour was begun or declined, and none was. */
export function untoured() {
  try {
    if (localStorage.getItem(KEY) === "1") return false;
    localStorage.setItem(KEY, "");
    return true;
  } catch {
    return false; // storage is forbidden: an offer would come again and again
  }
}

function rememberTour() {
  try {
    localStorage.setItem(KEY, "1");
  } catch {
    // storage is forbidden, and nothing is ever offered
  }
}

/** Whether an element is on the page and not beside the window. */
function there(selector) {
  const { left, right, width } = document.querySelector(selector)?.getBoundingClientRect() ?? { left: 0, right: 0, width: 0 };
  return width > 0 && right > 0 && left < innerWidth;
}

const button = (own, act, ...words) => html("button", { type: "button", onclick: act, ...own }, ...words);

export class Tour {
  /**
   * `player` has a `moment`, says whether it is `guidable` now, and whether the page was opened `plainly`: by no link of its own.
   * @param {import("../base.js").BasePlayer<any> & { moment: Moment, guidable: boolean, plainly: boolean }} player
   */
  constructor(player) {
    this.player = player;
    this.bar = player.root.querySelector(".em-controls");
    this.index = 0;
    this.newcomer = player.plainly && !introduced();
    /** @type {HTMLElement} */
    this.offer = null;
    /** @type {HTMLElement} */
    this.strip = null;
    this.again = html("p", { class: "em-tour-again", "data-part": "tour", hidden: true });
    this.again.append(button({ class: "em-link" }, () => this.begin(), "A tour of this page, in one minute"));
    player.root.append(this.again);
    this.key = (event) => this.pressed(event);
  }

  /** Something was painted, or a second has passed. */
  look() {
    const { guidable, history } = this.player;
    if (!guidable) this.end();
    if (this.newcomer) {
      this.newcomer = false;
      if (guidable && untoured()) this.propose();
    }
    this.again.hidden = !guidable || Boolean(this.offer || this.strip);
    if (!this.strip || !history?.fixed) return;
    const now = this.player.moment;
    const { done } = STOPS[this.index];
    this.since ??= now;
    if (done(this.since, now)) this.go(this.index + 1);
    else this.since = counted(this.since, now);
  }

  propose() {
    const decline = () => {
      rememberTour();
      this.withdraw();
      this.player.stage.controls.play.focus({ preventScroll: true });
      this.look();
    };
    const accept = button({ class: "em-small" }, () => this.begin(), "New here? A tour of one minute");
    const no = button({ class: "em-small", "aria-label": "No tour, thanks", title: "No tour, thanks" }, decline, "×");
    this.offer = html("div", { class: "em-tour-offer", "data-part": "tour", role: "group", "aria-label": "Tour" }, accept, no);
    this.bar.prepend(this.offer);
  }

  withdraw() {
    this.offer?.remove();
    this.offer = null;
  }

  begin() {
    rememberTour();
    this.withdraw();
    const { player } = this;
    player.stage.controls.used(); // one thing at a time asks to be pressed
    player.introduce = true;
    this.text = html("p", { "aria-live": "polite", tabindex: -1 });
    this.next = button({ class: "em-small" }, () => this.go(this.index + 1), "Next");
    this.skip = button({ class: "em-small", title: "End the tour. (Esc)" }, () => this.end(), "Skip");
    this.outline = html("style");
    this.strip = html("section", { class: "em-tour", "data-part": "tour", "aria-label": "Tour of this page" }, this.text, this.next, this.skip, this.outline);
    this.bar.prepend(this.strip);
    const { parentElement: body, lastElementChild: buttons } = this.bar;
    const room = () => this.bar.offsetHeight - /** @type {HTMLElement} */ (buttons).offsetHeight;
    this.observer = new ResizeObserver(() => body.style.setProperty("--em-room", `${room()}px`)); // the picture is lower by that
    this.observer.observe(this.bar);
    this.clock = setInterval(() => this.point(), 500); // settings are opened and closed
    document.addEventListener("keydown", this.key, { capture: true });
    this.again.hidden = true;
    player.root.querySelector(".em-density-panel").scrollIntoView({ block: "nearest" }); // it may have been begun from below
    this.go(0);
    this.text.focus({ preventScroll: true });
  }

  /** To a stop; one that this page has no place for is left out. */
  go(index) {
    if (index >= STOPS.length) return this.end();
    const { where } = STOPS[index];
    if (!there(where) && !there(SETTINGS)) return this.go(index + 1);
    Object.assign(this, { index, since: null, said: "" });
    const last = index === STOPS.length - 1;
    this.next.textContent = last ? "Done" : "Next";
    this.skip.hidden = last;
    if (last && document.activeElement === this.skip) this.next.focus();
    this.point();
    document.querySelector(this.place)?.scrollIntoView({ block: "nearest" });
    this.player.repaint(); // from now on it counts
  }

  /** Say what is to be done, and outline where. */
  point() {
    const { where, text, closed } = STOPS[this.index];
    const hidden = closed && !there(where) && there(SETTINGS);
    this.place = hidden ? SETTINGS : where;
    const words = hidden ? closed : text;
    if (this.said === words) return;
    this.said = words;
    this.text.replaceChildren(html("b", {}, `${this.index + 1} of ${STOPS.length}`), ` ${words}`);
    this.outline.textContent = `${this.place} { outline: 3px solid #c66f00 !important; outline-offset: 1px !important; border-radius: 8px; }`;
  }

  pressed(event) {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector(ABOVE)) return;
    event.preventDefault(); // what is pinned stays
    this.end();
  }

  /** It is over, or not for this page as it is now. */
  end() {
    this.withdraw();
    if (!this.strip) return;
    const held = this.strip.contains(document.activeElement);
    clearInterval(this.clock);
    this.observer.disconnect();
    document.removeEventListener("keydown", this.key, { capture: true });
    this.strip.remove();
    this.strip = null;
    this.bar.parentElement.style.removeProperty("--em-room");
    this.again.hidden = !this.player.guidable;
    if (held) this.player.stage.controls.play.focus({ preventScroll: true });
  }
}
