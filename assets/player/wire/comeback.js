// A server that was restarted, or a connection that was away for too long, makes Python forget the page. The browser
// keeps what Python last said of it, and tells it to a session that does not know it; see comeback.py.

const PATIENCE = 60_000; // milliseconds until the page begins anew, when nothing comes back
const AGAIN = 10_000; // milliseconds until Python is told again what was here: a word may be lost while a page is made

/** @import { Message } from "./types.d.ts" */

/** @type {Pick<Message, "session" | "record">} */
let kept = null;

/**
 * Keep what Python says of the page; gives whether this is another session that has been told of the one before.
 * @param {Message} message
 */
export function keep({ session, record }) {
  const moved = Boolean(kept && session && session !== kept.session);
  if (session) kept = { session, record };
  return moved;
}

/**
 * Whether Python has forgotten what was here, and has not been told.
 * @param {Message} message
 */
export const stranger = ({ session, again }) =>
  Boolean(kept && session && session !== kept.session && again !== kept.session);

/** Tell Python what was here. */
export function tell() {
  if (kept) document.dispatchEvent(new CustomEvent("mixes-comeback", { detail: kept }));
}

/**
 * Tell Python what was here until it answers; when it does not, forget that and begin `anew()`. Gives a function that
 * stops this.
 * @param {() => void} anew
 */
export function remind(anew) {
  tell();
  const again = setInterval(tell, AGAIN);
  const late = setTimeout(() => {
    kept = null;
    anew();
  }, PATIENCE);
  return () => {
    clearInterval(again);
    clearTimeout(late);
  };
}
