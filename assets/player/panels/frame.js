// The frame that a stage puts its parts into.
import { html } from "../drawing/dom.js";
import { partsAway, putAway } from "./classroom.js";

/** A panel with a title and room for a few words beside it. */
export function panel(name, title) {
  const head = html("h3", { "aria-level": 2 }, html("span", {}, title), html("small"));
  return html("div", { class: `em-panel em-${name}-panel`, "data-part": name }, head);
}

export const part = (name) => html("div", { class: `em-${name}` });

const showAll = () =>
  html("button", { type: "button", class: "em-link", onclick: () => putAway([...partsAway()], false) }, "Show all");

/** The root of a player: what tests and screen readers hold on to. */
export const root = (...parts) =>
  html(
    "section",
    { class: "em-player", "data-testid": "em-player", "data-state": "paused" },
    html("h2", { class: "em-title" }),
    html("div", { class: "em-body" }, ...parts),
    html("p", { class: "em-told" }),
    html("p", { class: "em-away" }, "Parts of this page are hidden. ", showAll()),
  );

/** Colours of the page on the root of a player. */
export function wear(element, theme) {
  const { background, text, muted, border, secondary, primary, grid, onPrimary } = theme;
  const colours = { background, text, muted, border, secondary, primary, grid, "on-primary": onPrimary };
  for (const [name, value] of Object.entries(colours)) element.style.setProperty(`--em-${name}`, value);
  element.classList.toggle("em-dark", theme.dark);
}
