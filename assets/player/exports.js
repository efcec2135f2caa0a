// A file to take away: a button, and a sentence on what it gives.
import { html } from "./dom.js";

export const exportChoice = (label, text, act) =>
  html("div", { class: "em-export" }, html("button", { type: "button", onclick: act }, label), html("p", {}, text));
