// The keys of hands on the picture, before those of the bar: what a mouse does, without one.
import { scaling, turning } from "../maths/hands.js";
import { fieldLike, scrubs, written } from "./controls.js";

const [STEP, FAR, ANGLE, FACTOR] = [0.01, 0.1, Math.PI / 36, 1.1];
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const TOOLS = { n: "numbers", s: "split", g: "merge", Delete: "delete", Backspace: "delete", p: "pin" };
const FACTORS = { "+": FACTOR, "=": FACTOR, "-": 1 / FACTOR, "−": 1 / FACTOR };
const ANGLES = { "[": ANGLE, "]": -ANGLE };

/** @import { Hands } from "./hands.js" */
/** @import { Pull } from "../maths/hands.js" */

/**
 * Listen to the keys of the page; gives a way to stop.
 * @param {Hands} hands
 */
export function watchKeys(hands) {
  const press = (event) => {
    if (!hands.there || !hands.act.active || event.defaultPrevented || event.altKey) return;
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const heard = !fieldLike(event) || (scrubs(event) && "miv".includes(name)); // who has scrubbed takes something in hand
    const act = event.ctrlKey || event.metaKey ? undoing(hands, name, event) : heard && meant(hands, name, event.shiftKey);
    if (act && act() !== false) event.preventDefault();
  };
  document.addEventListener("keydown", press, true);
  return () => document.removeEventListener("keydown", press, true);
}

/** Back to before the last edit, wherever nothing is being written: there the browser takes back what was. */
const undoing = (hands, name, event) =>
  name === "z" && !event.shiftKey && !written(event) && (hands.placing.on || hands.edits.undo) && (() => back(hands));

const back = (hands) => (hands.placing.on ? hands.placing.back() : hands.use("undo"));

/**
 * What a key means now, or null.
 * @param {Hands} hands
 */
function meant(hands, name, shift) {
  const { moving, placing, chosen, draft, edits } = hands;
  if (name === "m") return !moving && !edits.why ? () => hands.turn(true) : null;
  if (name === "i") return edits.why || hands.cannot.has("move") ? null : () => hands.place();
  if (placing.on) return meantForPlaces(hands, name, shift);
  if (!moving) return null;
  if (name === "v") return () => hands.turn(false);
  if (name === "Escape") return () => hands.release();
  if (chosen === null) return null;
  if (name === "Enter") return draft && (() => hands.commit());
  if (TOOLS[name]) return () => hands.use(TOOLS[name]);
  const pull = nudging(hands, name, shift);
  return pull && (() => hands.nudge(pull));
}

/** The same while the means are put where they begin. */
function meantForPlaces(hands, name, shift) {
  if (name === "v") return () => hands.turn(false);
  if (name === "Escape") return () => hands.release();
  if (name === "Enter") return () => hands.placing.put();
  return ARROWS[name] ? () => hands.placing.nudge(stepOf(hands, name, shift)) : null;
}

/** How far an arrow moves, in the units of the axes. */
function stepOf({ picture }, name, shift) {
  const view = picture.view();
  return [view.x, view.y].map(([low, high], a) => ARROWS[name][a] * (shift ? FAR : STEP) * (high - low));
}

/**
 * How a key pulls at the chosen component, or null.
 * @param {Hands} hands
 * @returns {Pull}
 */
function nudging(hands, name, shift) {
  const { chosen, draft, able, fixed, picture, components } = hands;
  const view = picture.view();
  if (ARROWS[name]) {
    const from = draft?.kind === "move" ? draft.place : components[chosen].center;
    const step = stepOf(hands, name, shift);
    return { kind: "move", place: from.map((v, a) => v + step[a]) };
  }
  if (FACTORS[name] && able.stretches) return { kind: "reshape", matrix: scaling(FACTORS[name], fixed.dimension) };
  if (ANGLES[name] && able.turns) return { kind: "reshape", matrix: turning(ANGLES[name], view) };
  return null;
}
