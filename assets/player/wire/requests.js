// When the page's script is asked to run, and when it has come to rest.
// Streamlit tells a page only the second, so what it sends to the server is read for the first. Its protocol (BackMsg,
// ClientState and WidgetState) names the fragment that a run is asked for; a run of the page's script names none. What a
// player says in the same moment in which a widget changes makes one message that names the player's fragment, and a click
// that comes along would change nothing that is seen: the name is taken out, and the page's script runs. What that script
// itself has changed is in the next message, too, so that a change counts after a hand has been on the page only. A word of a page that is being left is
// not sent: its fragment would run right after the next page's script, and Streamlit, which may not have drawn that page yet,
// takes this for a page of its own and clears what it has. See pages/wire/messages.md.

const STATE = "data-test-script-state";
const [RUN, WIDGETS, PAGE, FRAGMENT] = [11, 2, 3, 5];
const LEAVING = 3000; // milliseconds for which a word of a page may still be under way once another page was asked for
const [PRESSED, WORD] = [2, 16]; // kinds of a widget's state: a button that was just pressed, a word of a component
const HAND = ["pointerdown", "keydown", "input", "change", "drop"];
const watchers = new Set();
let listening = false; // whether messages to the server are read

/** The fields of a protobuf message: their numbers and bytes, and where in the message they begin and end. */
function* fields(bytes) {
  let at = 0;
  const number = () => {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      if (!(byte & 128)) return value;
    }
  };
  while (at < bytes.length) {
    const begin = at;
    const key = number();
    const [field, kind] = [key >> 3, key & 7];
    const length = kind === 2 ? number() : kind === 1 ? 8 : 4;
    const from = at;
    if (kind === 0) number();
    else at += length;
    yield [field, bytes.subarray(from, at), begin, at];
  }
}

const field = (bytes, number) => [...fields(bytes)].find(([each]) => each === number) ?? [];
const entry = (bytes, number) => field(bytes, number)[1];

/** A whole number as protobuf writes it. */
const varint = (value) => (value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]);

const namesFragment = (message) => Boolean(entry(entry(message, RUN), FRAGMENT)?.length);

/** A message that asks for a fragment, as one that asks for the page. */
export function forPage(message) {
  const [, asked, begin, end] = field(message, RUN);
  const [, , from, to] = field(asked, FRAGMENT);
  const length = varint(asked.length - (to - from));
  return Uint8Array.from([
    ...message.subarray(0, begin),
    ...[RUN * 8 + 2, ...length],
    ...asked.subarray(0, from),
    ...asked.subarray(to),
    ...message.subarray(end),
  ]);
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
    send.call(this, asks && namesFragment(message) ? forPage(message) : message);
    if (!asks) return;
    const hand = touched;
    touched = false;
    for (const { asked } of watchers) asked(hand);
  };
}

/** Call `asked(hand)` when a run of the page's script is asked for, after a hand was on the page or not, `rested()` when no script runs any more. */
export class Requests {
  constructor(element, asked, rested) {
    this.app = element.closest(`[${STATE}]`);
    this.asked = asked;
    if (!this.app) return; // a page without a server
    this.watch = new MutationObserver(() => this.resting && rested());
    this.watch.observe(this.app, { attributeFilter: [STATE] });
    if (!listening) listen();
    listening = true;
    watchers.add(this);
  }

  get resting() {
    return this.app?.getAttribute(STATE) === "notRunning";
  }

  destroy() {
    this.watch?.disconnect();
    watchers.delete(this);
  }
}
