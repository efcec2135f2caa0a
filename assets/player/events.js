// What went wrong or was repaired: a row's `e` has [what it is about, sentence] of each; the sentence is "" where it goes on.

/** The events of rows, each told once: where it was first, and how often and until when if it came again. */
export function told(rows) {
  const events = new Map();
  for (const { i, e = [] } of rows) {
    for (const [about, text] of e) {
      const event = events.get(about) ?? { first: i, text, times: 0 };
      events.set(about, Object.assign(event, { last: i, times: event.times + 1 }));
    }
  }
  return [...events.values()].map(({ first, last, times, text }) => {
    const when = times > 1 ? `Iterations ${first} to ${last}, ${times} times` : `Iteration ${first}`;
    return { first, sentence: `${when}: ${text}` };
  });
}
