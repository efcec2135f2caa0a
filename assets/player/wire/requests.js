// When the page's script is asked to run, and when it has come to rest.
// Streamlit tells a page only the second, so what it sends to the server is read for the first. Its protocol (BackMsg,
// ClientState and WidgetState) names the fragment that a run is asked for; a run of the page's script names none. What a
// player says in the same moment in which a widget changes makes one message that names the player's fragment, and a click
// that comes along would change nothing that is seen: the name is taken out, and the page's script runs. What that script
// itself has changed is in the next message, too, so that a change counts after a hand has been on the page only. A word of a page that is being left is
// not sent: its fragment would run right after the next page's script, and Streamlit, which may not have drawn that page yet,
// takes this for a page of its own and clears what it has. Where the player stands goes along with what asks for the page, and an edit that has had no answer: a word
// of its own is lost where the page is asked for before Python has come to it, as the server ends what runs for that and drops
// what waits. See pages/wire/messages.md.

import { added, entry, fields, written } from "./protobuf.js";

const STATE = "data-test-script-state";
const [RUN, WIDGETS, PAGE, FRAGMENT] = [11, 2, 3, 5];
const LEAVING = 3000; // milliseconds for which a word of a page may still be under way once another page was asked for
const [WIDGET, ID] = [1, 1]; // of the values of all widgets: one of them, and of that its id
const [PRESSED, WORD] = [2, 16]; // kinds of a widget's state: a button that was just pressed, a word of a component
const HAND = ["pointerdown", "keydown", "input", "change", "drop"];
const watchers = new Set();
let listening = false; // whether messages to the server are read

const namesFragment = (message) => Boolean(entry(entry(message, RUN), FRAGMENT)?.length);

/** A message that asks for a fragment, as one that asks for the page. */
export const forPage = (message) => added(message, written(RUN, written(FRAGMENT, [])));

/** Who speaks about a run in a message, and the words: the id of a widget, and a list as JSON; null where nobody does. */
export function speaker(message, run) {
  const asked = message instanceof Uint8Array && entry(message, RUN);
  for (const [, widget] of fields((asked && entry(asked, WIDGETS)) || [])) {
    const [[, id], [kind, value] = []] = fields(widget);
    const words = kind === WORD ? new TextDecoder().decode(value) : "";
    if (words.includes(`"run":${JSON.stringify(run)}`)) return { id: id.slice(), words };
  }
  return null;
}

/** A message in which a widget of this id says more, by name, than the words that it says in it already. */
export function saying(message, { id, words = "[]" }, more) {
  const events = Object.entries(more).map(([event, value]) => ({ event, value }));
  const said = new TextEncoder().encode(JSON.stringify([...JSON.parse(words), ...events]));
  const widget = [...written(ID, id), ...written(WORD, said)];
  return added(message, written(RUN, written(WIDGETS, written(WIDGET, widget))));
}

/**
 * Reads messages to the server, one after another: whether each asks for a run of the page's script, or shall;
 * `touched` says whether a hand has been on the page since the last one that did.
 */
export function requestReader() {
  let before = new Map(); // states of widgets by their id
  return (message, touched = true) => {
    const asked = message instanceof Uint8Array && entry(message, RUN);
    if (!asked) return false;
    const [now, last] = [new Map(), before];
    const said = new Set(); // those who have a word
    let changed = false;
    for (const [, widget] of fields(entry(asked, WIDGETS) ?? [])) {
      const [[, id], [kind, value] = []] = fields(widget); // of which nothing is chosen has no value
      if (kind === WORD) said.add(String(id));
      else now.set(String(id), String(value));
      changed ||= kind === PRESSED || (touched && last.has(String(id)) && last.get(String(id)) !== now.get(String(id)));
    }
    before = now;
    return !entry(asked, FRAGMENT)?.length || said.size > 1 || (said.size > 0 && changed);
  };
}

/** Reads messages to the server, one after another, at a time in milliseconds: whether each is a word of a page that is being left. */
export function strayReader() {
  let [page, left, since] = ["", "", 0];
  return (message, now) => {
    const asked = message instanceof Uint8Array && entry(message, RUN);
    const named = asked ? String(entry(asked, PAGE) ?? "") : "";
    if (!named) return false;
    const word = Boolean(entry(asked, FRAGMENT)?.length);
    if (word && named === left && now - since < LEAVING) return true;
    if (!word && page && named !== page) [left, since] = [page, now];
    page = named;
    return false;
  };
}

function listen() {
  const { send } = WebSocket.prototype;
  const asksForPage = requestReader();
  const strays = strayReader();
  let touched = false;
  // a key without a widget is the player's
  const touch = ({ target }) => (touched ||= target !== document.body && !target.closest?.("[data-testid=em-player]"));
  for (const name of HAND) document.addEventListener(name, touch, true);
  WebSocket.prototype.send = function (message) {
    if (strays(message, performance.now())) return;
    const asks = asksForPage(message, touched);
    let told = asks && namesFragment(message) ? forPage(message) : message;
    for (const watcher of watchers) told = watcher.pass(told, asks);
    send.call(this, told);
    if (!asks) return;
    const hand = touched;
    touched = false;
    for (const { asked } of watchers) asked(hand);
  };
}

/**
 * Call `asked(hand)` when a run of the page's script is asked for, after a hand was on the page or not, `rested()` when no script
 * runs any more. What a player says `along()` goes with what asks for the page: words by name, or nothing.
 */
export class Requests {
  constructor(element, asked, rested, along) {
    this.along = along;
    this.speaker = null; // who the player is to Streamlit, once it has spoken
    this.app = element.closest(`[${STATE}]`);
    this.asked = asked;
    if (!this.app) return; // a page without a server
    this.watch = new MutationObserver(() => this.resting && rested());
    this.watch.observe(this.app, { attributeFilter: [STATE] });
    if (!listening) listen();
    listening = true;
    watchers.add(this);
  }

  /** A message on its way to the server. */
  pass(message, asks) {
    const words = this.along();
    if (!words) return message;
    const speaks = speaker(message, words.stands.run);
    if (speaks) this.speaker = { id: speaks.id };
    return asks && this.speaker ? saying(message, speaks ?? this.speaker, words) : message;
  }

  get resting() {
    return this.app?.getAttribute(STATE) === "notRunning";
  }

  destroy() {
    this.watch?.disconnect();
    watchers.delete(this);
  }
}
