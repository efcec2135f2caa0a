// When the page's script is asked to run, and when it has come to rest.
// Streamlit tells a page only the second, so what it sends to the server is read for the first. Its protocol (BackMsg and
// ClientState) names the fragment that a run is asked for; a run of the page's script names none.

const STATE = "data-test-script-state";
const [RUN, FRAGMENT] = [11, 5];
const watchers = new Set();

/** The fields of a protobuf message: their numbers, and the bytes of those that hold some. */
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
    const key = number();
    const [field, kind] = [key >> 3, key & 7];
    const length = kind === 0 ? number() && 0 : kind === 2 ? number() : kind === 1 ? 8 : 4;
    yield [field, bytes.subarray(at, at + length)];
    at += length;
  }
}

/** Whether a message to the server asks for a run of the page's script. */
export function asksForPage(message) {
  if (!(message instanceof Uint8Array)) return false;
  const asked = [...fields(message)].find(([field]) => field === RUN);
  return Boolean(asked) && ![...fields(asked[1])].some(([field, { length }]) => field === FRAGMENT && length);
}

function listen() {
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (message) {
    send.call(this, message);
    if (watchers.size && asksForPage(message)) for (const { asked } of watchers) asked();
  };
}

/** Call `asked()` when a run of the page's script is asked for, `rested()` when no script runs any more. */
export class Requests {
  constructor(element, asked, rested) {
    this.app = element.closest(`[${STATE}]`);
    this.asked = asked;
    if (!this.app) return; // a page without a server
    this.watch = new MutationObserver(() => this.resting && rested());
    this.watch.observe(this.app, { attributeFilter: [STATE] });
    if (!watchers.listening) listen();
    watchers.listening = true;
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
