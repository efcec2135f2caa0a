// Presenting, for a projector: big type, the title in place of the page's frame, the whole screen. A class on the page's
// root tells the style sheets (presenting.css, ../../style.css), and they tell drawing/theme.js how large and how dark.
const NAME = "presenting";
const CHANGED = "mixes-presenting";
const CAPTURED = { capture: true }; // before what else Esc does

/** Whether the page is presented; it stays so on the next page with a player. */
export const presenting = () => document.documentElement.classList.contains(NAME);

/**
 * Present the page, or leave that.
 * @param {boolean} on
 */
export function present(on) {
  if (on === presenting()) return;
  document.documentElement.classList.toggle(NAME, on);
  if (on) fill();
  else if (document.fullscreenElement) document.exitFullscreen();
  document.dispatchEvent(new Event(CHANGED));
}

/** Take the whole screen; where the browser refuses, as to a link or on some phones, the page presents in its window. */
async function fill() {
  try {
    await document.documentElement.requestFullscreen?.();
    if (!presenting() && document.fullscreenElement) await document.exitFullscreen(); // it was left meanwhile
  } catch {
    // refused
  }
}

/** Call `changed()` whenever it begins or ends; Esc ends it, and so does leaving full screen. Gives a way to stop. */
export function watchPresenting(changed) {
  const key = (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !presenting()) return;
    if (document.querySelector("dialog[open], [popover]:popover-open")) return; // it closes what is above the page first
    event.preventDefault(); // what is pinned stays
    present(false);
  };
  const screen = () => document.fullscreenElement || present(false);
  const listeners = { keydown: key, fullscreenchange: screen, [CHANGED]: changed };
  for (const [name, listener] of Object.entries(listeners)) document.addEventListener(name, listener, CAPTURED);
  return () => {
    for (const [name, listener] of Object.entries(listeners)) document.removeEventListener(name, listener, CAPTURED);
  };
}

/**
 * One title of several models: what the names of those that run begin and end with is said once, and between it of each
 * model what sets it apart. A model that failed has no name of its own.
 * @param {{ letter: string, title: string, name: string }[]} models
 */
export function titleOf(models) {
  const names = models.filter(({ title, name }) => name !== title).map(({ name }) => name.split(", "));
  const [first = []] = names;
  const least = Math.min(first.length, ...names.map((parts) => parts.length));
  const same = (at) => names.every((parts) => parts.at(at) === first.at(at));
  let [before, after] = [0, 0];
  while (before < least && same(before)) before += 1;
  while (after < least - before && same(-1 - after)) after += 1;
  const apart = names.length < models.length || names.some((parts) => parts.length > before + after);
  const own = models.map(({ letter, title }) => `${letter} ${title}`).join(" · ");
  return [...first.slice(0, before), ...(apart ? [own] : []), ...first.slice(first.length - after)].join(", ");
}
