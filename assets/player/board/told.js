// What Python was told of a drawing and has not shown yet: it comes back later than the next stroke, or not at all where another
// came soon after, and always in the order in which it was told. A drawing may come twice, undone and done again.

export class Told {
  constructor() {
    /** @type {string[]} */
    this.texts = [];
  }

  /** The last one, if there is any. */
  get latest() {
    return this.texts.at(-1);
  }

  get waiting() {
    return this.texts.length > 0;
  }

  say(text) {
    this.texts.push(text);
  }

  /** Python shows a drawing: gives whether it was told here, and forgets it and those before. */
  back(text) {
    const at = this.texts.indexOf(text);
    this.texts.splice(0, at + 1);
    return at >= 0;
  }

  clear() {
    this.texts = [];
  }
}
