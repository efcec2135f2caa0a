// The switch that shows how sure each row's component is: wanted or not on all pages, until it is changed.
import { html } from "../drawing/dom.js";

const TITLE = "Draw a row the smaller and paler, the less probable its most probable component is.";

let wanted = false;
let follow = () => {}; // brings the switch and the picture in line

/** Whether uncertainty is shown. */
export const uncertainty = () => wanted;

/** Show it, or do so no longer. */
export function showUncertainty(on) {
  if (on === wanted) return;
  wanted = on;
  follow();
}

/** A switch; `changed()` is called after every change. */
export function uncertaintySwitch(changed) {
  const box = html("input", {
    type: "checkbox",
    role: "switch",
    checked: wanted,
    onchange: () => showUncertainty(box.checked),
  });
  follow = () => {
    box.checked = wanted;
    if (box.isConnected) changed(); // not of a player that has gone
  };
  return html("label", { class: "em-switch", "data-part": "unsure", title: TITLE }, box, "Show uncertainty");
}
