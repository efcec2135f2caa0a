// The files of a player: pictures that it saves itself, and what it has Python make.
import { html } from "./drawing/dom.js";
import { film, photograph } from "./drawing/files.js";
import { loadPlotly } from "./drawing/plotly.js";

/**
 * Make a file of a picture of a history, as it stands at an iteration; what Python makes it makes of where the playhead
 * is, unless `place` says which model and iteration it is about.
 * @param {import("./base.js").BasePlayer<any>} player
 * @param {string} kind
 * @param {{ picture: object, history: object, iteration: number }} shown
 * @param {{ model?: number, iteration?: number }} place
 */
export async function makeFile(player, kind, { picture, history, iteration }, place = {}) {
  if (kind === "link") return copy(player);
  if (kind === "class") return player.arranging();
  if (kind === "qr") return showCode(player);
  if (kind === "picture") return drawn(player, kind, () => photograph(picture, iteration));
  const made = kind === "animation" ? await drawn(player, kind, () => film(picture, history, iteration)) : {};
  if (!made || player.offline) return;
  player.talk.shown(true); // first, as the next setting forks there; told later it would stop the file
  player.talk.export(kind, { ...place, ...made });
}

/** Make something of what Plotly draws; it may still be on its way. Null when that fails. */
async function drawn(player, name, make) {
  try {
    await loadPlotly(player.plotly);
    return await make();
  } catch (problem) {
    player.fail(`The ${name} could not be made: ${problem.message}`);
    return null;
  }
}

/** Copy the address of what is shown; a page without a secure connection may not. */
async function copy({ address, stage }) {
  const { href, lacks } = address;
  try {
    await navigator.clipboard.writeText(href);
    stage.status.say(`The link is copied. ${lacks}`.trim());
  } catch {
    stage.status.say(`Copy the address of this page from the browser's address bar: it is the link. ${lacks}`.trim());
  }
}

/** Show the address as a QR code, for the cameras of a room. */
function showCode({ address, root }) {
  const { href, lacks, qr } = address;
  const picture = new URL(`${qr}?text=${encodeURIComponent(href)}`, document.baseURI);
  const code = html("img", { src: picture.href, alt: "QR code of the link" });
  const close = html("button", { type: "button", onclick: () => dialog.close() }, "Close");
  const dialog = html("dialog", { class: "em-code", "aria-label": "QR code" }, code, html("p", {}, href), html("p", {}, lacks), close);
  code.onerror = () => code.replaceWith(html("p", {}, "This link is too long for a QR code: copy it instead."));
  dialog.addEventListener("close", () => dialog.remove());
  root.append(dialog);
  dialog.showModal();
}
