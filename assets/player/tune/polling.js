// How a job is followed: asked again and again while it works, and now and then afterwards, so that it stays.

const SOON = 500; // milliseconds between two questions, or five times what the last answer took: the work itself comes first
const SELDOM = 60_000; // once it has ended
const LATE = 5000; // when the server did not answer

const ACTIVE = ["measuring", "running"];

/** How long to wait after an answer that took so long; work may have ended while it was made, and then there is more to be told. */
export function pause(state, took, before = state) {
  if (ACTIVE.includes(state) || ACTIVE.includes(before)) return Math.max(SOON, 5 * took);
  return state === "asks" ? 2000 : SELDOM;
}

/**
 * Follow the job at an address; gives a way to stop.
 * @param {URL} address
 * @param {Record<string, string>} query
 * @param {(told: import("./types.d.ts").Told) => void} take
 * @param {(problem: string) => void} fail
 */
export function watch(address, query, take, fail) {
  let timer;
  let since = -1;
  let state = ACTIVE[0];
  const stopped = new AbortController();
  async function ask() {
    const began = performance.now();
    const url = new URL(address);
    url.search = new URLSearchParams({ ...query, since: String(since) }).toString();
    let wait = LATE;
    try {
      const answer = await fetch(url, { signal: stopped.signal });
      if (!answer.ok) {
        fail(await answer.text());
        if (answer.status < 500) return;
      } else {
        const told = await answer.json();
        if (stopped.signal.aborted) return;
        since = told.version;
        take(told);
        wait = pause(told.state, performance.now() - began, state);
        state = told.state;
      }
    } catch (problem) {
      if (stopped.signal.aborted) return;
      fail("The server does not answer; it is asked again.");
    }
    timer = setTimeout(ask, wait);
  }
  ask();
  return () => {
    stopped.abort();
    clearTimeout(timer);
  };
}
