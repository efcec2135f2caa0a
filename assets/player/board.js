// The drawing board: data are drawn here, and Python is told what the drawing has become. See pages/work/drawing.py.
import { html } from "./drawing/dom.js";
import { readTheme } from "./drawing/theme.js";
import { wear } from "./panels/frame.js";
import { valueAt } from "./board/axes.js";
import { Pad } from "./board/pad.js";
import { Memory } from "./board/memory.js";
import { generator, spacing, spots, used } from "./board/strokes.js";
import { along, axesOf, decodeBoard, drawn, readDrawing, STEPS, writeDrawing } from "./board/text.js";
import { Told } from "./board/told.js";
import { BoardTools, COUNTS, SIZES, TOOL_KEYS } from "./board/tools.js";

/** @import { Drawing } from "./board/text.js" */

const REST = 500; // milliseconds without a stroke until Python is told
const AGAIN = 10_000; // milliseconds until Python is told again
/** What was drawn before, and what was undone, on whichever page: the tab keeps it over a reload. */
const memory = new Memory();

export class Board {
  constructor(parent) {
    /** @type {Drawing} */
    this.drawing = null;
    /** @type {import("./drawing/theme.js").Theme} */
    this.theme = null;
    this.sent = null; // what Python sent last
    this.told = new Told();
    this.since = 0; // when it was told last
    this.tool = { name: "point", c: 0, radius: SIZES.usual * STEPS, count: COUNTS.usual };
    this.chosen = !matchMedia("(pointer: coarse)").matches; // until a tool is chosen, a finger scrolls the page
    /** @type {{ from: number[], before: string, random: () => number }} */
    this.stroke = null;
    /** @type {string[]} */
    this.colours = [];
    /** @type {string[]} */
    this.symbols = [];
    /** @type {(word: string, told: object) => void} */
    this.say = () => {};
    this.tools = new BoardTools(this);
    this.pad = new Pad(this);
    const { above, below, status } = this.tools;
    this.body = html("div", { class: "em-board-body" }, above, html("div", { class: "em-board-middle" }, this.pad.root, status), below);
    this.dialog = html("dialog", { class: "em-board-large", "aria-label": "Drawing board", onclose: () => this.shrunk() });
    this.root = html("div", { class: "em-player em-board" }, this.body, this.dialog);
    parent.append(this.root);
    this.outside = (event) => !this.root.contains(event.target) && this.flush();
    document.addEventListener("pointerdown", this.outside, true);
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.root.addEventListener("focusout", (event) => !this.root.contains(/** @type {Node} */ (event.relatedTarget)) && this.flush());
    this.clock = setInterval(() => this.check(), 1000);
  }

  /** Called by the page, with what Python sent. */
  update({ data, setTriggerValue }) {
    if (setTriggerValue) this.say = setTriggerValue;
    if (data) this.hear(decodeBoard(data));
  }

  hear(sent) {
    const before = this.sent;
    this.sent = sent;
    this.symbols = sent.symbols;
    if (sent.drawing !== before?.drawing && !this.told.back(sent.drawing)) this.adopt(sent.drawing);
    this.dress();
    this.show();
  }

  /** The drawing is another one, which was not made here. */
  adopt(text) {
    clearTimeout(this.timer);
    this.told.clear();
    memory.adopt(text, Boolean(this.drawing));
    this.stroke = null;
    this.drawing = readDrawing(text);
  }

  dress() {
    this.theme = readTheme(this.root);
    wear(this.root, this.theme);
    this.colours = this.sent.palette[this.theme.name];
    this.tools.dress(this.colours, this.symbols);
  }

  /** All that is seen in line with the drawing. */
  show() {
    const { tool, chosen, drawing, able } = this;
    const { locked, most } = this.sent;
    const large = this.dialog.open;
    this.tools.show({ tool, chosen, points: drawing.points.length, most, undo: memory.past.length > 0, redo: memory.later.length > 0, locked, large, axes: axesOf(drawing) });
    this.pad.root.setAttribute("aria-label", `Drawing board, ${drawing.points.length} points. Arrows move the cursor, space uses the tool; more under “By keys”.`);
    this.pad.root.classList.toggle("em-pad-able", able);
    this.pad.root.dataset.axes = String(axesOf(drawing));
    this.pad.paint();
  }

  /** Whether the board may be drawn on. */
  get free() {
    return Boolean(this.drawing) && !this.sent.locked;
  }

  /** Whether a press of the pointer draws. */
  get able() {
    return this.free && this.chosen;
  }

  // -- a stroke

  begin(place) {
    const seed = 7919 * memory.past.length + this.drawing.points.length;
    this.stroke = { from: place, before: writeDrawing(this.drawing), random: generator(seed) };
    this.apply(place);
  }

  /** The pointer has come to a place: the tool is used on the way. */
  draw(place) {
    if (!this.stroke) return;
    for (const spot of spots(this.stroke.from, place, spacing(this.tool))) {
      this.stroke.from = spot;
      this.apply(spot);
    }
  }

  apply(place) {
    this.drawing = used(this.drawing, this.tool, place, { random: this.stroke.random, most: this.sent.most });
    clearTimeout(this.timer);
    this.show();
  }

  end(cancelled = false) {
    if (!this.stroke) return;
    const { before } = this.stroke;
    this.stroke = null;
    if (cancelled) this.drawing = readDrawing(before);
    this.changed(before);
  }

  /** The drawing may be another one than it was. */
  changed(before) {
    const now = writeDrawing(this.drawing);
    if (now !== before) memory.remember(before);
    this.stands(now);
  }

  /** It is this one for now: Python is told when it stays so. */
  stands(text) {
    memory.stands(text);
    this.show();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), REST);
  }

  /** Tell Python what is drawn, if it does not know. */
  flush() {
    clearTimeout(this.timer);
    if (!this.drawing || this.stroke || this.sent.locked || memory.now === this.latest) return;
    this.told.say(memory.now);
    this.tell();
  }

  /** A word may be lost while a page is made; where the last one is shown, those before it were skipped. */
  again() {
    if (this.latest === this.sent.drawing) this.told.clear();
    else this.tell();
  }

  tell() {
    this.since = Date.now();
    this.say("drawn", drawn(this.latest));
  }

  /** What Python knows, or was told last. */
  get latest() {
    return this.told.latest ?? this.sent.drawing;
  }

  // -- tools

  use(name) {
    const again = this.chosen && this.tool.name === name;
    this.chosen = !again || !matchMedia("(pointer: coarse)").matches; // put down, a finger scrolls again
    this.tool.name = name;
    this.show();
  }

  choose(c) {
    this.tool.c = c;
    this.show();
  }

  sized(share) {
    this.tool.radius = share * STEPS;
    this.show();
  }

  counted(count) {
    this.tool.count = count;
    this.show();
  }

  /** Back to before the last stroke, or forth again. */
  undo(forth = false) {
    const text = forth ? memory.redo() : memory.undo();
    if (!text) return;
    this.drawing = readDrawing(text);
    this.stands(text);
  }

  /** Ctrl + z, and back again, wherever in the board one is. */
  key(event) {
    if (event.altKey || !(event.ctrlKey || event.metaKey) || !this.free || this.stroke) return;
    const name = event.key.toLowerCase();
    if (name !== "z" && name !== "y") return;
    this.undo(name === "y" || event.shiftKey);
    event.preventDefault();
  }

  clear() {
    const before = writeDrawing(this.drawing);
    this.drawing = { ...this.drawing, points: [] };
    this.changed(before);
  }

  turn(axes) {
    if (axes === axesOf(this.drawing)) return;
    const before = writeDrawing(this.drawing);
    this.drawing = along(axes, this.drawing);
    this.changed(before);
  }

  /** What a key means beside those of the cursor, or null. */
  meant(name) {
    const { tool } = this;
    const within = (value, { min, max }) => Math.min(Math.max(value, min), max);
    const size = (by) => () => this.sized(within(tool.radius / STEPS + by * SIZES.step, SIZES));
    const count = (by) => () => this.counted(within(tool.count + by * COUNTS.step, COUNTS));
    if (TOOL_KEYS[name]) return () => this.use(TOOL_KEYS[name]);
    if (name >= "1" && name <= String(this.symbols.length)) return () => this.choose(Number(name) - 1);
    return { "[": size(-1), "]": size(1), "-": count(-1), "−": count(-1), "+": count(1), "=": count(1) }[name] ?? null;
  }

  /** Pointer or cursor are at a place, or nowhere. */
  looks(place, byKeys) {
    const ends = this.drawing.box.map(Number);
    const inside = place?.every((step) => step >= 0 && step <= STEPS);
    const axes = Array.from({ length: inside ? ends.length / 2 : 0 }, (_, j) => `x${j + 1} ${valueAt(ends.slice(2 * j), place[j])}`);
    this.tools.looks(axes.join(", "), byKeys);
  }

  // -- on the whole window

  enlarge() {
    if (this.dialog.open) {
      this.dialog.close();
      return;
    }
    this.dialog.append(this.body);
    this.dialog.showModal();
    this.chosen = true; // there is nothing to scroll
    this.show();
  }

  shrunk() {
    this.root.prepend(this.body);
    this.show();
    this.flush();
    this.tools.acts.large.focus({ preventScroll: true });
  }

  /** Once a second: has the theme changed, has the page taken the board away? */
  check() {
    this.away = this.root.isConnected ? 0 : (this.away ?? 0) + 1;
    if (this.away > 2) this.destroy();
    else if (this.told.waiting && Date.now() - this.since > AGAIN) this.again();
    else if (this.sent && !this.away && readTheme(this.root).key !== this.theme.key) {
      this.dress();
      this.show();
    }
  }

  destroy() {
    clearTimeout(this.timer);
    clearInterval(this.clock);
    document.removeEventListener("pointerdown", this.outside, true);
    this.pad.destroy();
  }
}

/** The entry for Streamlit's components: see `mounting` in base.js. */
export default function (component) {
  const { parentElement: parent } = component;
  parent.emBoard ||= new Board(parent);
  parent.emBoard.update(component);
  return () => {
    if (parent.isConnected) return;
    parent.emBoard?.destroy();
    delete parent.emBoard;
  };
}
