// The Compare player: two to four models on the same data under one playhead. See `mounting` in base.js.
import { BasePlayer, mounting } from "./base.js";
import { makeFile } from "./files.js";
import { CompareStage } from "./panels/compare_stage.js";
import { iterationOf } from "./time/pacing.js";
import { Lanes } from "./wire/lanes.js";

/** @import { Export, Message, Setting, Table } from "./wire/types.d.ts" */

/** @type {import("./wire/types.d.ts").Start} */
const BEGINNING = { iteration: 0, half: "M", playing: null };

/** @extends {BasePlayer<Lanes>} */
class ComparePlayer extends BasePlayer {
  constructor(parent) {
    super(parent, CompareStage);
    this.sync ??= "iteration";
    /** @type {number} */
    this.hovered = null;
    /** @type {Table} */
    this.table = null;
    /** @type {Setting[]} */
    this.differing = [];
    /** @type {Export[]} */
    this.files = [];
    this.replay = false;
    this.placed = false; // whether the playhead stands where Python wants it to begin
  }

  /** @param {Message} message */
  begin({ run, models }) {
    this.renew(new Lanes(run, models, this.history ?? this.found?.history));
    Object.assign(this, { at: 0, hovered: null, table: null, differing: [], files: [], placed: false });
  }

  get pace() {
    return { ...super.pace, sync: this.sync };
  }

  shows(at) {
    return this.history.shows(at, this.sync);
  }

  /**
   * Gives the number of new rows, whether this answers a question, and whether it is worth a new picture.
   * @param {Message} message
   */
  take({ models, start, table, settings, exports: files, replay }) {
    const { history } = this;
    const { rows, answer } = history.take(models);
    if (!this.placed && (start || this.returning)) {
      this.stand(start ?? BEGINNING); // Python told it to the player whose place this one takes
      this.placed = true;
    }
    const tabled = table !== undefined && JSON.stringify(table) !== JSON.stringify(this.table);
    if (tabled) this.table = table;
    if (settings) this.differing = settings;
    if (files) this.files = files;
    this.replay = Boolean(replay);
    this.stage.lay(history);
    return { rows, answer: answer || tabled, more: false };
  }

  /** Ask for rows; when there is nothing left to ask for, for the table piece by piece. */
  ask() {
    const { history, table, error, playing, wanted, talk } = this;
    if (!history?.living.length || this.replay) return this.tell();
    super.ask();
    const whole = table && table.done >= table.total;
    if (history.complete && !whole && !playing && wanted === null && !error) {
      talk.table(Boolean(table));
    }
    this.tell();
  }

  /** What the tabs say depends on what is known and asked, not on the playhead. */
  tell() {
    const { history, table, differing, files, replay, talk } = this;
    if (!history) return;
    const waiting = history.complete && Boolean(talk.asked);
    this.stage.tabs.show({ lanes: history.all, settings: differing, files, table, waiting, replay });
  }

  /** The point that is looked at: under the pointer, or else the one that was clicked. */
  get looked() {
    return this.hovered ?? this.picked;
  }

  paint(now) {
    const { history, at, playing: running, settings, slow, trouble: error, looked: picked, sync: synced } = this;
    const scenes = (this.scenes = history.scenes(at, synced, { picked }));
    this.stage.paint(history, scenes, { at, now, running, bar: this.bar, settings, slow, error, picked, synced });
    this.ask(); // the playhead may have come to rest
  }

  hover(point) {
    if (point === this.hovered) return;
    this.hovered = point;
    this.point();
  }

  pick(point) {
    this.picked = point;
    this.hovered = null;
    this.point();
  }

  get leading() {
    return this.history.all[0]?.history;
  }

  point() {
    if (this.scenes) this.stage.point(this.history, this.scenes, this.looked);
  }

  release() {
    const held = this.picked !== null;
    if (held) this.pick(null);
    return held;
  }

  /** What is picked, as it is told in a room. */
  get pins() {
    return { point: this.picked, focus: null };
  }

  set pins({ point }) {
    this.pick(point < this.history.fixed.points.x.length ? point : null);
  }

  setSync(sync) {
    this.sync = sync;
    this.used();
    this.repaint();
  }

  /** Another pair of models is to be told apart. */
  choose() {
    this.repaint();
  }

  /** Have a file made: of one model, at the iteration it shows, or of all. */
  async export(kind, model = null) {
    if (this.wish("export", kind, model)) return;
    this.pause();
    const scene = this.scenes?.[model];
    const iteration = scene?.iteration ?? iterationOf(this.at);
    const { picture } = this.stage.cells[model] ?? {};
    const { history } = this.history.all[model] ?? {};
    return makeFile(this, kind, { picture, history, iteration }, { model, iteration });
  }
}

export default mounting(ComparePlayer);
