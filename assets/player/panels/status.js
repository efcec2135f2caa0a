// One line of plain words about what is painted, and in slow motion a caption that says why.
import { html, write } from "../drawing/dom.js";
import { decimals } from "../maths/text.js";

export const CAPTIONS = {
  E: "E-step: every point is shared out among the components: colours change, nothing else.",
  M: "M-step: every component moves to the points it holds and takes their shape: the fit gets better.",
};

/** Short sentences in one line. */
export const sentenceOf = (parts) => parts.map((part) => part.replace(/\.$/, "")).join(" · ");

/**
 * What a row has to say: of what only goes on, nothing.
 * @param {import("../wire/types.d.ts").Row} row
 */
export const sentencesOf = (row) => row.events.map(({ sentence }) => sentence).filter(Boolean);

export class Status {
  /** `more` lets a run go on that has come to the last iteration it may have. */
  constructor(line, caption, more) {
    this.text = html("span", { class: "em-sentence" });
    this.spoken = html("span", { class: "em-hidden", "aria-live": "polite" });
    this.more = html("button", { type: "button", class: "em-small em-more", hidden: true, onclick: more });
    line.append(this.text, this.more, this.spoken);
    this.caption = caption;
  }

  /**
   * @typedef {{ readout: string, error: string, running: boolean, slow: boolean }} Now
   * @param {Now & { scene: import("../wire/history.js").Scene, end: import("../wire/types.d.ts").End }} shown
   */
  show({ scene, readout, error, end, running, slow }) {
    const { iteration, half, row, shape } = scene;
    const parts = [
      `Iteration ${iteration}`,
      ...(shape.apart ? [`objective ${decimals(shape.objective)}`] : []),
      `log-likelihood ${decimals(shape.logLikelihood)}`, // numbers first: they keep their place, and are whole on any screen
      iteration ? (slow ? CAPTIONS[half] : `${half}-step`) : "start",
      ...sentencesOf(row),
      ...(end ? [end.reason] : []),
    ];
    this.more.hidden = !end?.more;
    write(this.more, end?.more ? `${end.more} more` : "");
    this.tell(sentenceOf(parts), { error, running });
    write(this.caption, readout);
    if (this.caption.title !== readout) this.caption.title = readout;
  }

  /**
   * Write a sentence, or the problem there is; it is read out once nothing moves.
   * @param {string} sentence
   * @param {{ error?: string, running?: boolean }} now
   */
  tell(sentence, { error, running }) {
    if (this.held) return;
    this.say(error || sentence, Boolean(error));
    clearTimeout(this.timer);
    if (!running) this.timer = setTimeout(() => write(this.spoken, error || sentence), 400);
  }

  /** Show one word as long as it holds; "" lets the sentences show again. Gives whether it is another than before. */
  hold(word) {
    if (word === (this.held ?? "")) return false;
    this.held = "";
    if (word) this.tell(word, {});
    this.held = word;
    return true;
  }

  /** Write the line; a problem is marked as one. */
  say(sentence, problem = false) {
    if (this.held) return;
    write(this.text, sentence);
    this.text.title = sentence;
    this.text.classList.toggle("em-error", problem);
    if (problem) write(this.spoken, sentence);
  }
}
