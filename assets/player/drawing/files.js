// The files a player hands over: those that Python makes, and pictures of its own.
import { chosenIterations, drawFrames } from "./animation.js";

const FILLED = 200; // milliseconds between looks whether all rows are here
const saved = new Set(); // files already handed over, also across remounts

/** Save text or a data URL as a file. */
function save(name, content, mime) {
  const address = content.startsWith(`data:${mime};base64,`);
  const url = address ? content : URL.createObjectURL(new Blob([content], { type: mime }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  if (url !== content) setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Save a file that Python made for a run, once. */
export function hand(run, { id, name, text, mime }) {
  const key = `${run}/${id}`;
  if (!saved.has(key)) save(name, text, mime);
  saved.add(key);
}

/** Save a picture as it stands. */
export async function photograph(picture, iteration) {
  const title = (picture.fixed.title || "mixture").replace(/[^\p{L}\p{N}]+/gu, "_").toLowerCase();
  save(`${title}_iteration_${iteration}.png`, await picture.toImage(), "image/png");
}

/** Frames of a picture from the start to the shown iteration, or to the newest one when it stands at the start. */
export async function film(picture, history, iteration) {
  while (history.sketches) await new Promise((done) => setTimeout(done, FILLED)); // they are on their way
  const last = Math.min(iteration || history.newest, history.newest);
  return { frames: await drawFrames(picture, history, chosenIterations(history.rows, last)) };
}
