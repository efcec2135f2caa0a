// "For a class": beside the page a list of its parts to switch off, the lock, the pace, and the link of exactly that.
import { html } from "../drawing/dom.js";
import { SPEEDS, USUAL_PACE } from "../time/pacing.js";
import { allParts, isLocked, keepPace, lock, partsAway, putAway, watchClassroom } from "./classroom.js";
import { speedName } from "./controls.js";

const WHAT = "What you switch off is away for everyone who opens the link. Keyboard shortcuts still work, and anyone can show all again: this guides, it does not protect.";

/** Check box with words. */
function box(words, checked, change, title) {
  const input = html("input", { type: "checkbox", checked, onchange: () => change(input.checked) });
  return { input, row: html("label", { title }, input, words) };
}

/**
 * Open the list, or close it. Everything in it holds at once on this page, so that one sees what the others will see.
 * @param {import("../arranged.js").Arranged<any>} player
 */
export function toggleArranging(player) {
  const open = player.root.querySelector(".em-class");
  if (open) open.hidePopover();
  else new Arranging(player);
}

class Arranging {
  /** @param {import("../arranged.js").Arranged<any>} player */
  constructor(player) {
    this.player = player;
    this.boxes = new Map();
    const close = () => this.root.hidePopover();
    const heading = html("h2", {}, "For a class");
    const shut = html("button", { type: "button", class: "em-button", "aria-label": "Close", onclick: close }, "×");
    const own = { class: "em-class", role: "dialog", "aria-label": "For a class", popover: "manual" };
    this.root = html("div", own, html("header", {}, heading, shut), html("p", {}, WHAT), ...this.groups(), this.model(), this.pace());
    const button = (name, act) => html("button", { type: "button", class: "em-small", onclick: act }, name);
    const [copy, code] = [button("Copy link", () => player.export("link")), button("QR code", () => player.export("qr"))];
    this.root.append(html("footer", {}, copy, code, button("Undo all", () => this.undo())));
    this.root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault(); // it closes this alone
      close();
    });
    const unwatch = watchClassroom(() => this.show());
    this.root.addEventListener("toggle", ({ newState }) => {
      if (newState !== "closed") return;
      unwatch();
      this.root.remove();
    });
    player.root.append(this.root);
    this.root.showPopover();
    shut.focus();
    this.show();
  }

  /** A check box for each part that stands in this page, or would. */
  groups() {
    const there = (where) => [...document.querySelectorAll(where)].some((node) => !node.hidden);
    const standing = allParts().filter(({ key, where }) => partsAway().has(key) || there(where));
    const names = [...new Set(standing.map(({ group }) => group))];
    return names.map((name) => {
      const rows = standing.filter(({ group }) => group === name).map(({ key, label }) => {
        const { input, row } = box(label, true, (on) => putAway([key], !on));
        this.boxes.set(key, input);
        return row;
      });
      return html("fieldset", {}, html("legend", {}, name), ...rows);
    });
  }

  model() {
    const { input, row } = box("Lock the settings of model and data", isLocked(), lock, "They are seen, and cannot be changed; how a table of your own is read still can.");
    this.locked = input;
    return html("fieldset", {}, html("legend", {}, "Model"), row);
  }

  pace() {
    const { player } = this;
    const set = () => player.setPace({ speed: Number(this.speed.value), linger: this.linger.checked });
    const options = SPEEDS.map((speed) => html("option", { value: speed }, speedName(speed)));
    this.speed = html("select", { "aria-label": "Iterations a second", onchange: set }, ...options);
    const { input, row } = box("Linger where much changes", true, set);
    this.linger = input;
    return html("fieldset", {}, html("legend", {}, "Pace"), html("label", {}, this.speed, "iterations a second"), row);
  }

  /** Bring the boxes in line with the page. */
  show() {
    for (const [key, input] of this.boxes) input.checked = !partsAway().has(key);
    this.locked.checked = isLocked();
    const { speed, linger } = this.player;
    Object.assign(this.speed, { value: String(speed) });
    this.linger.checked = linger;
  }

  /** All as on any page. */
  undo() {
    putAway([...partsAway()], false);
    lock(false);
    this.player.setPace(USUAL_PACE);
    keepPace(null);
    this.show();
  }
}
