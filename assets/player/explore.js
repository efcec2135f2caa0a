// The Explore player: one run, its picture, its network, its curve and its numbers. See `mounting` in base.js.
import { BasePlayer, mounting } from "./base.js";
import { makeFile } from "./files.js";
import { allParts, isLocked, partsAway } from "./panels/classroom.js";
import { introduced, rememberIntroduction } from "./panels/introduction.js";
import { Stage } from "./panels/stage.js";
import { Tour } from "./panels/tour.js";
import { seat } from "./room/seat.js";
import { iterationOf } from "./time/pacing.js";
import { History } from "./wire/history.js";
import { isPlain } from "./wire/link.js";

const LOOK = 400; // milliseconds that something is looked at, before it is told

/** @import { Fixed, Message } from "./wire/types.d.ts" */

/** @extends {BasePlayer<History>} */
class Player extends BasePlayer {
  constructor(parent) {
    const opened = location.search; // before what is shown is told to the address
    super(parent, Stage);
    this.opened = opened;
    this.wondered = "";
    this.introduce = !introduced();
    this.lesson = ""; // the lesson and the step that want to know what is looked at
    this.looking = 0;
    this.tour = new Tour(this);
  }

  /** Whether the page was opened as anyone finds it, with no state of its own in the address. */
  get plainly() {
    return isPlain(this.opened);
  }

  /** Whether a tour may stand in this page as it is: not in a lesson, a room or a replay, nor where a lecturer has arranged it. */
  get guidable() {
    const arranged = !allParts().length || partsAway().size > 0 || isLocked();
    return !(arranged || this.presenting || seat.code || location.pathname.endsWith("/learn"));
  }

  /** @type {import("./panels/tour.js").Moment} */
  get moment() {
    const { at, playing, dragging, slow, atEnd: ended, history } = this;
    return { at, playing, dragging, slow, ended, run: history.run, size: String(history.fixed.network.layers) };
  }

  introduced() {
    if (this.introduce) rememberIntroduction();
    super.introduced();
  }

  /**
   * A new run id: a history of its own, sharing the rows of a parent that is still here.
   * @param {Message} message
   */
  begin({ run, fixed }) {
    const before = this.history;
    const { history } = this.found ?? {};
    const same = history?.run === run; // its still parts may have changed
    this.renew(same ? Object.assign(history, { fixed: null }) : new History(run));
    const parent = fixed?.parent;
    if (parent && before?.run === parent.run) this.history.inherit(before, parent.upto);
  }

  /**
   * Gives the number of new rows, whether this answers a question, and whether it is worth a new picture.
   * @param {Message} message
   */
  take({ rows: sent, end, detail, fixed, lesson = "" }) {
    const { history } = this;
    const rows = history.take(sent);
    const ended = history.close(end);
    const more = history.learn(detail);
    const dressed = Boolean(fixed && !history.fixed);
    if (dressed) this.receive(fixed);
    const before = this.lesson;
    this.lesson = lesson;
    if (before && before !== lesson && history.fixed) this.lay();
    return { rows, answer: Boolean(rows || ended || dressed), more };
  }

  /** Lay down what the step before asked to take up. */
  lay() {
    this.stage.hands.turn(false);
    this.release();
  }

  /** @param {Fixed} fixed */
  receive(fixed) {
    this.history.fixed = fixed;
    this.stand(fixed.start);
    this.stage.name(fixed.title, fixed.logLikelihoodNote);
  }

  get leading() {
    return this.history;
  }

  paint(now) {
    const { history, at, playing: running, settings, slow, trouble: error } = this;
    const scene = history.scene(at, { focus: this.stage.network.focus, picked: this.picked });
    this.stage.paint(scene, history, { at, now, running, bar: this.bar, settings, slow, error });
    this.tour.look();
  }

  check() {
    super.check();
    this.stage.hands.check(this.page.resting && !this.preparing && !this.talk.asked);
    this.tour.look();
  }

  /** A node or an edge of the network is looked at. */
  focused() {
    if (this.stage.network.focus) this.wonder();
    this.tellLook();
    this.repaint();
  }

  /** A point is looked at, or none. */
  pick(point) {
    if (this.playing || !(this.history.fixed?.network.paths || this.history.detailAt(this.at))) return;
    this.picked = point;
    if (point !== null) this.wonder();
    this.tellLook();
    this.repaint();
  }

  /** Tell a page that listens what is looked at, once the eye rests on it. */
  tellLook() {
    if (!this.lesson) return;
    window.clearTimeout(this.looking);
    const { picked: point, stage } = this;
    const { focus } = stage.network;
    if (point === null && !focus) return;
    this.looking = window.setTimeout(() => this.talk.looks({ point, focus }), LOOK);
  }

  /** Python sends what a network explains where the player comes to rest; elsewhere it is asked for, once. */
  wonder() {
    const { history, at, playing } = this;
    const key = `${history.run} ${at}`;
    if (playing || at === 0 || !history.fixed.network.paths || history.detailAt(at) || this.wondered === key) return;
    this.wondered = key;
    this.talk.shown(true);
  }

  /** Let go of what is picked or pinned; gives whether there was anything. */
  release() {
    const { network } = this.stage;
    const held = this.picked !== null || network.focus !== null;
    this.picked = null;
    network.pin(null);
    return held;
  }

  /** What is picked and what is pinned, as it is told in a room. */
  get pins() {
    return { point: this.picked, focus: this.stage.network.pinned };
  }

  set pins({ point, focus }) {
    const { points, network } = this.history.fixed;
    this.picked = point < points.x.length ? point : null;
    this.stage.network.pin(focus?.node < network.layers[focus?.layer] ? focus : null);
    if (this.picked !== null && !this.history.detailAt(this.at)) this.talk.shown(true);
  }

  /** Let the run go on for more iterations than were allowed. */
  more() {
    this.talk.more();
  }

  destroy() {
    this.tour.end();
    super.destroy();
  }

  /** A component is edited by hand, or that is undone: the text of an edit, or "undo". */
  edit(text) {
    if (this.wish("edit", text)) return;
    this.pause();
    this.talk.edit(text);
  }

  fail(message) {
    super.fail(message);
    this.stage.hands.refused();
  }

  async export(kind) {
    if (this.wish("export", kind)) return;
    this.pause();
    const { picture } = this.stage;
    return makeFile(this, kind, { picture, history: this.history, iteration: iterationOf(this.at) });
  }
}

export default mounting(Player);
