// The files to take away: a button each, and a sentence on what it gives. Python says which there are.
import { html } from "../drawing/dom.js";

/** Buttons and sentences for some files; `act(kind)` has one made. */
export const exportChoices = (files, act) =>
  files.map(({ kind, label, help }) =>
    html("div", { class: "em-export" }, html("button", { type: "button", onclick: () => act(kind) }, label), html("p", {}, help)),
  );
