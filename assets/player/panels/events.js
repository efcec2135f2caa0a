// What went wrong or was repaired: of each of a row's `events` what it is `about`, and its `sentence`, "" where it goes on.

/**
 * The events of rows, each told once: where it was first, and how often and until when if it came again.
 * @param {import("../wire/types.d.ts").Row[]} rows
 */
export function told(rows) {
  const events = new Map();
  for (const { iteration, events: happened } of rows) {
    for (const { about, sentence } of happened) {
      const event = events.get(about) ?? { first: iteration, text: sentence, times: 0 };
      events.set(about, Object.assign(event, { last: iteration, times: event.times + 1 }));
    }
  }
  return [...events.values()].map(({ first, last, times, text }) => {
    const when = times > 1 ? `Iterations ${first} to ${last}, ${times} times` : `Iteration ${first}`;
    return { first, sentence: `${when}: ${text}` };
  });
}
