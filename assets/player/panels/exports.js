// The files to take away: a button each, and a sentence on what it gives. Python says which there are.
import { html } from "../drawing/dom.js";

/**
 * Buttons and sentences for some files; `act(kind)` has one made.
 * @param {import("../wire/types.d.ts").Export[]} files
 * @param {(kind: string) => void} act
 */
export const exportChoices = (files, act) =>
  files.map(({ kind, label, help }) =>
    html("div", { class: "em-export" }, html("button", { type: "button", onclick: () => act(kind) }, label), html("p", {}, help)),
  );
