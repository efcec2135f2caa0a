// The row of tools at the picture: look at it, or take its components in hand.
import { attribute, html, icon, write } from "../drawing/dom.js";

/**
 * The buttons: a name, what it does, and the kind of edit that may have no meaning.
 * @type {Record<string, [label: string, title: string, kind?: string]>}
 */
const TOOLS = {
  look: ["Look", "Look: zoom, hover, pick. (v)"],
  move: ["Move", "Move: drag a component by its mean, stretch and turn it by its handles. (m)"],
  place: [
    "Place means",
    "Choose with clicks where the means begin, one after the other; spreads and weights are those of the start. (i)",
    "move",
  ],
  numbers: ["Numbers", "Type the numbers of this component: its mean, deviations, correlation and weight. (n)"],
  split: ["Split", "Split this component along its longest axis. (s)", "split"],
  merge: ["Merge with", "Merge this component with the one that you choose next. (g)", "merge"],
  delete: ["Delete", "Delete this component. (Del)", "delete"],
  pin: ["Pin", "Pin this component: it stays as it is, but for its weight, while the others learn. (p)", "pin"],
  undo: ["Undo", "Go back to the run before the last edit. (Ctrl + z)"],
};
const OF_ONE = ["numbers", "split", "merge", "delete", "pin"];

export class Tools {
  /** `act(name)` when a button is pressed, `choose(j)` when a component is chosen, null for none. */
  constructor({ act, choose }) {
    /** @param {[string, [string, string, string?]]} tool */
    const button = ([name, [label, title]]) => [
      name,
      html(
        "button",
        { type: "button", class: "em-button em-tool", "aria-label": label, title, onclick: () => act(name) },
        icon(`hand-${name}`),
      ),
    ];
    /** @type {Record<string, HTMLButtonElement>} */
    this.buttons = Object.fromEntries(Object.entries(TOOLS).map(button));
    this.which = html("select", {
      class: "em-which",
      "aria-label": "Component",
      title: "The component that is edited.",
      onchange: () => choose(this.which.value === "" ? null : Number(this.which.value)),
    });
    this.hint = html("span", { class: "em-hint" });
    const { look, move, place, undo, ...others } = this.buttons;
    const name = { role: "toolbar", "aria-label": "Tools", "data-part": "edit" };
    this.root = html("div", { class: "em-tools", ...name }, look, move, place, this.which, ...Object.values(others), undo, this.hint);
    this.count = -1;
  }

  /**
   * Bring the row in line.
   * @param {{ there: boolean, moving: boolean, placing: boolean, why: string, cannot: Map<string, string>, undo: boolean, count: number,
   *   chosen: number, typing: boolean, merging: boolean, pinned: boolean, hint: string }} now
   */
  show({ there, moving, placing, why, cannot, undo, count, chosen, typing, merging, pinned, hint }) {
    this.root.hidden = !there;
    if (count !== this.count) {
      this.count = count;
      const option = (value, words) => html("option", { value }, words);
      this.which.replaceChildren(option("", "–"), ...Array.from({ length: count }, (_, j) => option(j, String(j + 1))));
    }
    this.which.value = chosen === null ? "" : String(chosen);
    this.which.hidden = !moving;
    const { look, move, place, pin, merge, undo: back } = this.buttons;
    attribute(look, "aria-pressed", !moving && !placing);
    attribute(move, "aria-pressed", moving);
    attribute(place, "aria-pressed", placing);
    const whyNot = why || (cannot.get("move") ?? "");
    Object.assign(move, { disabled: Boolean(why), title: why || TOOLS.move[1] });
    Object.assign(place, { disabled: Boolean(whyNot), title: whyNot || TOOLS.place[1], hidden: moving });
    back.hidden = !undo;
    for (const name of OF_ONE) {
      const [, title, kind] = TOOLS[name];
      const reason = cannot.get(kind) ?? "";
      const alone = count < 2 && (name === "merge" || name === "delete") ? "There is no other component." : "";
      const disabled = chosen === null || Boolean(reason || alone);
      Object.assign(this.buttons[name], { hidden: !moving, disabled, title: reason || alone || title });
    }
    attribute(this.buttons.numbers, "aria-expanded", typing);
    attribute(merge, "aria-pressed", merging);
    attribute(pin, "aria-pressed", pinned);
    if (pinned && !pin.disabled) pin.title = "Let this component go free again. (p)";
    write(this.hint, hint);
    attribute(this.hint, "title", hint); // where there is no room for all of it
  }
}
