// The line above the player that says what this page is in a room, the question there, and the ways in.
import { attribute, html, write } from "../drawing/dom.js";
import { showRoom } from "./code.js";
import { medianOf, sameAxes, summary } from "./deciding.js";
import { Dots, plot } from "./guesses.js";

const SENDING = "Your answer is being sent.";
const LONGEST = 120; // characters of a question
const number = (value) => String(Number(value.toPrecision(6)));

const button = (label, title, act) => html("button", { type: "button", class: "em-small", title, onclick: act }, label);

export class RoomPanel {
  /**
   * @param {import("../base.js").BasePlayer<any>} player
   * @param {import("./seat.js").Seat} seat
   * @param {{ again: () => void, alone: () => void }} act
   */
  constructor(player, seat, act) {
    this.player = player;
    this.seat = seat;
    this.act = act;
    const { root, controls } = player.stage;
    this.sentence = html("span", { class: "em-room-sentence", role: "status" });
    this.buttons = html("span", { class: "em-room-buttons" });
    this.question = html("div", { class: "em-question", hidden: true });
    this.line = html("div", { class: "em-room", hidden: true }, html("div", { class: "em-room-line" }, this.sentence, this.buttons), this.question);
    root.querySelector(".em-body").before(this.line);
    this.asks = false; // the form of a question is open
    this.key = "";
    this.asked = "";
    /** @type {Dots[]} */
    this.dots = [];
    this.entry = controls.room;
    this.entry.addEventListener("click", () => this.open());
    this.code = html("input", { "aria-label": "Code of a room", placeholder: "code", maxlength: 12, autocomplete: "off", spellcheck: "false" });
    const join = (event) => {
      event.preventDefault();
      this.seat.join(this.code.value);
      this.code.value = "";
    };
    this.join = html("form", { class: "em-join", hidden: true, onsubmit: join }, html("label", {}, "Join a room ", this.code), html("button", { class: "em-small" }, "Join"));
    root.querySelector(".em-numbers").append(this.join);
    this.observer = new ResizeObserver(() => root.style.setProperty("--em-room", `${this.line.offsetHeight}px`));
    this.observer.observe(this.line);
  }

  /** One click of who wants to lead: the room is open, and its code is seen. */
  async open() {
    if (this.seat.leads || (await this.seat.open())) showRoom(this.seat, this.player);
  }

  /** Bring all in line with the room; `there` is whether the page shows what the room shows. */
  show(there) {
    const { seat } = this;
    this.entry.hidden = !seat.base || seat.joined;
    attribute(this.entry, "aria-pressed", seat.leads);
    this.join.hidden = !seat.base || Boolean(seat.code);
    this.line.hidden = !seat.code && !seat.over;
    write(this.sentence, this.said(there));
    this.line.classList.toggle("em-lost", seat.lost || Boolean(seat.over));
    if (!seat.leads) this.asks = false;
    this.offer();
    this.ask(there);
  }

  said(there) {
    const { code, lost, over, leads, away, counts, problem } = this.seat;
    if (!code) return over;
    if (lost) return `The connection to room ${code} is lost. It comes back by itself.`;
    if (leads) {
      const { followers } = counts;
      const who = followers ? `${followers} ${followers > 1 ? "follow" : "follows"}` : "nobody follows yet";
      return [`You lead room ${code}`, who, this.player.address.lacks, problem].filter(Boolean).join(" · ");
    }
    if (away) return `You explore on your own, beside room ${code}`;
    const failed = !there && this.seat.asked && !this.player.preparing;
    return failed ? `You follow room ${code}, but this page does not show all that its lecturer shows` : `You follow room ${code}`;
  }

  offer() {
    const { seat, act } = this;
    const { code, leads, away, question } = seat;
    const key = [code, leads, away, Boolean(question), this.asks].join();
    if (key === this.key) return;
    this.key = key;
    const toggle = () => {
      this.asks = !this.asks;
      seat.changed();
    };
    const offers = !code
      ? [button("Close", "Take this line away.", () => seat.rise())]
      : leads
        ? [
            button("Show the code", "Code, QR code and address, for those who want to follow.", () => showRoom(seat, this.player)),
            ...(question || this.asks ? [] : [button("Ask a question", "A place in the picture, or a number: all answers are shown together.", toggle)]),
            button("End the room", "Nobody follows any more.", () => seat.end()),
          ]
        : [
            away
              ? button("Follow again", "Go where the lecturer is.", act.again)
              : button("Explore on my own", "Stay here while the lecturer goes on. Touching anything does the same.", act.alone),
            button("Leave", "Leave the room.", () => seat.rise()),
          ];
    this.buttons.replaceChildren(...offers);
  }

  /** The question, as who leads and who follows see it. */
  ask(there) {
    const { seat } = this;
    const { question, leads, counts, guesses, problem, sending } = seat;
    const own = question && guesses[question.number];
    const sees = there || sameAxes(seat.parts.state?.query ?? "", this.player.address.state ?? "");
    this.mark(sees ? question : null, own);
    this.question.hidden = !question && !this.asks;
    const key = JSON.stringify([question, own, leads && counts, problem, sending, this.asks, sees]);
    if (key === this.asked) return;
    const typing = this.asks && !question && this.form?.isConnected;
    this.asked = key;
    if (this.question.hidden) this.question.replaceChildren();
    else if (!question) typing ? write(this.problem, problem) : this.question.replaceChildren(this.newForm());
    else this.question.replaceChildren(...(leads ? this.asking(question, counts) : this.answering(question, own, sees)));
  }

  /** The form of a new question. */
  newForm() {
    const { player, seat } = this;
    const [picture] = player.stage.pictures; // none when every model has failed
    const where = picture ? [html("option", { value: "where" }, "Where?")] : [];
    const kind = html("select", { "aria-label": "Kind of question" }, ...where, html("option", { value: "much" }, "How much?"));
    const example = () => (kind.value === "where" ? "Where will the mean go?" : "How many iterations will it take?");
    const words = html("input", { "aria-label": "Your question", placeholder: example(), maxlength: LONGEST, required: true, autocomplete: "off" });
    kind.onchange = () => (words.placeholder = example());
    this.problem = html("span", { class: "em-problem" });
    const cancel = () => {
      this.asks = false;
      seat.changed();
    };
    const send = (event) => {
      event.preventDefault();
      const told = words.value.trim();
      if (!told) return words.focus();
      const axes = kind.value === "where" ? { x: [...picture.axes.x], y: [...picture.axes.y] } : { x: null, y: null };
      this.asks = false;
      seat.tell({ question: { kind: kind.value, words: told, ...axes } });
      seat.changed();
    };
    this.form = html("form", { onsubmit: send }, kind, words, html("button", { class: "em-small" }, "Ask the room"), button("Cancel", "", cancel), this.problem);
    setTimeout(() => words.focus());
    return this.form;
  }

  /** What who leads sees of a question. */
  asking({ words, answers }, { followers, answered }) {
    const { seat } = this;
    const clear = button("Clear", "Take question and answers away.", () => seat.tell({ question: null }));
    if (answers) return [html("q", {}, words), html("span", {}, summary(answers, number)), ...this.picture(answers), clear];
    const count = html("span", {}, `${answered} of ${Math.max(followers, answered)} have answered`);
    return [html("q", {}, words), count, button("Show the answers", "To all; then nobody can answer any more.", () => seat.reveal()), clear];
  }

  /** What who follows sees of a question. */
  answering({ kind, words, answers }, own, sees) {
    const { seat } = this;
    const shown = html("q", {}, words);
    const problem = seat.problem ? [html("span", { class: "em-problem" }, seat.problem)] : [];
    if (kind === "where" && !sees) return [shown, html("span", {}, "Follow again: it is about the lecturer's picture.")];
    if (answers) return [shown, html("span", {}, summary(answers, number)), ...this.picture(answers)];
    if (kind === "where") {
      const now = own ? "Your answer is the cross; click elsewhere to change it." : "Click in the picture.";
      return [shown, html("span", {}, seat.sending ? SENDING : now), ...problem];
    }
    const input = html("input", { type: "number", step: "any", "aria-label": words, required: true, inputmode: "decimal", value: own ?? "" });
    const send = (event) => {
      event.preventDefault();
      seat.guess(input.valueAsNumber);
    };
    const told = () => (seat.sending ? SENDING : `You answered ${number(own)}; you may change it.`);
    const now = own === undefined ? [] : [html("span", {}, told())];
    return [shown, html("form", { onsubmit: send }, input, html("button", { class: "em-small" }, "Answer")), ...now, ...problem];
  }

  picture(answers) {
    return answers.numbers?.length ? [plot(answers, medianOf(answers.numbers), number)] : [];
  }

  /** Dots in every picture, and clicks that answer. */
  mark(question, own) {
    const { seat, player } = this;
    const where = question?.kind === "where" ? question : null;
    const wanted = where ? player.stage.pictures : [];
    if (wanted.length !== this.dots.length || wanted.some((picture, i) => this.dots[i].picture !== picture)) {
      for (const dots of this.dots) dots.destroy();
      this.dots = wanted.map((picture) => new Dots(picture));
    }
    const answer = where?.number && !where.answers && seat.joined ? (cell) => seat.guess(cell) : null;
    for (const dots of this.dots) dots.show(where, own, answer);
  }

  destroy() {
    this.observer.disconnect();
    for (const dots of this.dots) dots.destroy();
  }
}
