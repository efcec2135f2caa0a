// What a lecturer has arranged for a class: parts of the page that are away, the lock of the settings, and the pace. It stays
// so on the next page with a player. Python says which parts there are; the address says what is arranged.
import { USUAL_PACE } from "../time/pacing.js";

const CHANGED = "mixes-arranged";
const LOCK = "mixes-lock"; // heard by the page's own component, which tells Python

/** @import { Part } from "../wire/types.d.ts" */
/** @typedef {{ speed: number, linger: boolean }} Pace */

/** @type {Part[]} */
let parts = null;
/** @type {Set<string>} */
let away = new Set(); // their keys
let locked = false;
/** @type {Pace} */
let pace = null; // for players that have none yet

/** Which parts there are; what the page was opened with holds until something is changed. Gives whether it was opened just now. */
export function learn(all, { hide, pace: told }) {
  const first = !parts;
  parts = all;
  if (!first) return false;
  away = new Set(hide.split(",").filter(Boolean));
  pace = readPace(told);
  changed();
  return true;
}

export const allParts = () => parts ?? [];
export const partsAway = () => away;
export const isLocked = () => locked;
export const classPace = () => pace;

/** The pace of a class is another one. */
export function keepPace(chosen) {
  pace = chosen;
}

/** Take parts away from the page, or bring them back. */
export function putAway(keys, gone) {
  const wanted = ({ key }) => (keys.includes(key) ? gone : away.has(key));
  away = new Set(allParts().filter(wanted).map(({ key }) => key)); // in the order of the list
  changed();
}

/** Lock the settings, or unlock them. */
export function lock(on) {
  if (on === locked) return;
  heardLock(on);
  document.dispatchEvent(new CustomEvent(LOCK, { detail: on }));
}

/** Python says whether they are. */
export function heardLock(on) {
  if (on === locked) return;
  locked = on;
  changed();
}

/** What is away is so by a style sheet: Streamlit may draw its parts anew. */
function changed() {
  const { documentElement: page, head } = document;
  let sheet = head.querySelector("style.mixes-away");
  if (!sheet) head.append((sheet = Object.assign(document.createElement("style"), { className: "mixes-away" })));
  sheet.textContent = styleOf(allParts(), away);
  if (away.size) page.dataset.hide = [...away].join(" ");
  else delete page.dataset.hide;
  document.dispatchEvent(new Event(CHANGED));
}

/** Call `act()` after every change; gives a way to stop. */
export function watchClassroom(act) {
  document.addEventListener(CHANGED, act);
  return () => document.removeEventListener(CHANGED, act);
}

/**
 * @param {Part[]} all
 * @param {Set<string>} gone
 */
export const styleOf = (all, gone) =>
  all.flatMap(({ key, where }) => (gone.has(key) ? [`${where} { display: none !important; }`] : [])).join("\n");

/** @returns {Pace | null} */
export function readPace(text) {
  const found = /^([\d.]+)(l?)$/.exec(text);
  return found && { speed: Number(found[1]), linger: found[2] === "l" };
}

export const writePace = ({ speed, linger }) => `${speed}${linger ? "l" : ""}`;

/**
 * The parts of a query that say what is arranged; what is as usual is left out.
 * @param {{ gone: Iterable<string>, locked: boolean, pace: Pace, tab: string, unsure: boolean }} arranged
 */
export function inLink({ gone, locked: on, pace: now, tab, unsure }) {
  const hide = [...gone].join();
  const own = writePace(now) === writePace(USUAL_PACE) ? "" : writePace(now);
  return [hide && `hide=${hide}`, on && "lock=1", own && `pace=${own}`, tab && `tab=${tab}`, unsure && "unsure=1"].filter(Boolean);
}
