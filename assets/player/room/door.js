// What goes between a browser and the server's rooms: see "A room" in pages/wire/messages.md.

/** @import { Parts } from "./types.d.ts" */

/** An answer that is no yes: the server's sentence and its status, 0 when there was no answer. */
export class Refused extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

async function post(address, told, headers = {}) {
  let answer;
  try {
    const body = JSON.stringify(told);
    answer = await fetch(address, { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body, cache: "no-store" });
  } catch {
    throw new Refused(0, "The server cannot be reached.");
  }
  if (!answer.ok) throw new Refused(answer.status, await sentenceOf(answer));
  return answer.json();
}

/** What the server says; a proxy that answers in its place says it in HTML. */
async function sentenceOf(answer) {
  const plain = answer.headers.get("content-type")?.startsWith("text/plain");
  return plain ? answer.text() : `The room cannot be reached (${answer.status}).`;
}

const keyed = (key) => ({ "X-Room-Key": key });

/** @returns {Promise<{ code: string, key: string }>} */
export const open = async (base) => {
  const { code, key } = await post(`${base}/open`, {});
  return { code, key };
};

/**
 * Tell those who follow; gives how many they are.
 * @param {Parts & { reveal?: boolean }} parts
 */
export async function lead(base, { code, key }, parts) {
  const { followers, answered, question } = await post(`${base}/${code}/lead`, told(parts), keyed(key));
  return { followers, answered, question: question && decodeQuestion(question) };
}

/** @param {Parts & { reveal?: boolean }} parts */
export const told = ({ state, place, pins, question, reveal }) => ({
  state: state && { page: state.page, query: state.query },
  place: place && decodePlace(place),
  pins: pins && decodePins(pins),
  question: question && { kind: question.kind, words: question.words, x: question.x, y: question.y },
  reveal,
});

export const end = (base, { code, key }) => post(`${base}/${code}/end`, {}, keyed(key));

/** What a guess says: a cell of the picture, or a number. */
export const guessed = (guest, number, value) => ({ g: guest, q: number, v: value });

export const guess = (base, { code, guest }, number, value) => post(`${base}/${code}/guess`, guessed(guest, number, value));

/**
 * Hear what is told in a room. `hear.parts(parts)` is called with what is new, `hear.lost()` when the connection is lost, until it
 * comes back by itself, and `hear.over(refused)` when that is the end. Gives a way to stop.
 */
export function listen(base, { code, guest }, hear) {
  const address = `${base}/${code}/events?g=${guest}`;
  let stopped = false;
  let source;
  let timer = 0;
  const begin = () => {
    source = new EventSource(address);
    source.onmessage = ({ data }) => hear.parts(decode(JSON.parse(data)));
    source.addEventListener("ended", (event) => over(new Refused(410, JSON.parse(/** @type {MessageEvent} */ (event).data))));
    source.onerror = () => {
      hear.lost();
      if (source.readyState === EventSource.CLOSED) wonder();
    };
  };
  const over = (refused) => {
    if (stopped) return;
    stop();
    hear.over(refused);
  };
  /** A browser does not tell why it was refused. */
  const wonder = async () => {
    const asking = new AbortController();
    try {
      const answer = await fetch(address, { signal: asking.signal, cache: "no-store" });
      if (answer.status >= 400 && answer.status < 500) return over(new Refused(answer.status, await sentenceOf(answer)));
      if (answer.status === 503) return over(new Refused(503, await sentenceOf(answer)));
    } catch {
      // still away
    } finally {
      asking.abort();
    }
    if (!stopped) timer = setTimeout(begin, 2000 + 2000 * Math.random());
  };
  const stop = () => {
    stopped = true;
    clearTimeout(timer);
    source.close();
  };
  begin();
  return stop;
}

/**
 * What is new of what is told; a part that is not there has not changed.
 * @returns {Parts}
 */
export function decode({ version, followers, state, place, pins, question }) {
  const parts = { version, followers };
  if (state) Object.assign(parts, { state: { page: state.page, query: state.query } });
  if (place) Object.assign(parts, { place: decodePlace(place) });
  if (pins) Object.assign(parts, { pins: decodePins(pins) });
  if (question !== undefined) Object.assign(parts, { question: question && decodeQuestion(question) });
  return parts;
}

const decodePlace = ({ iteration, half, playing, speed, linger, sync }) => ({ iteration, half, playing, speed, linger, sync });
const decodePins = ({ point, focus }) => ({ point, focus: focus && { layer: focus.layer, node: focus.node, from: focus.from } });
const decodeQuestion = ({ number, kind, words, x, y, answers }) => ({
  number,
  kind,
  words,
  x,
  y,
  answers: answers && { cells: answers.cells, numbers: answers.numbers },
});
