// What the player speaks of, as decode.js makes it of what Python sends: see pages/wire/messages.md for units and when
// each is there. Types alone: a browser never loads this file.

export type Half = "E" | "M";

/** A node of a layered network, or an edge to it from a node of the layer before. */
export interface Focus {
  layer: number;
  node: number;
  from?: number;
}

export interface Points {
  x: Float32Array;
  y: Float32Array | null;
  id?: Int32Array | null;
}

export interface Start {
  iteration: number;
  half: Half;
  playing: boolean | null;
}

export interface End {
  iteration: number;
  reason: string;
  more?: number;
}

export interface Event {
  about: string;
  sentence: string;
}

/** Weighted densities of the components at the nodes of a grid. */
export interface Grids {
  of: Float32Array[];
  grid: { x0: number; dx: number; nx: number; y0: number; dy: number; ny: number };
}

export interface Confusion {
  counts: number[][];
  components: number[];
  classes: number[];
}

/** One iteration. A sketch has what the curve and the events tell. */
export interface Row {
  iteration: number;
  sketch: boolean;
  inverseTemperature: number;
  logLikelihood: number;
  objective: number;
  apart: boolean;
  heldOut: number | null;
  events: Event[];
  stops: boolean;
  seconds?: number;
  took?: number;
  gaussians?: number[][];
  grids: Grids | null;
  arrows?: number[][];
  points: Points | null;
  labels: Uint8Array | null;
  confidence: Uint8Array | null;
  network?: Weights;
  table?: number[][];
  metrics?: number[];
  pins?: number[];
  confusion?: Confusion;
  /** How much happened: added by the history that keeps the row. */
  change?: number;
}

/** A row that is opened only where it is wanted. */
export interface ClosedRow {
  iteration: number;
  sketch: boolean;
  open: () => Row;
}

export interface Weights {
  nodes: number[][];
  edges: number[][][];
  /** Of a row that has other components than the run has by now. */
  paths?: number[][];
}

/** What can be edited by hand in a picture, and why not. */
export interface Edits {
  axes: string;
  decimals: number[];
  digits: number;
  untold: [string, string][];
  share: number | null;
  follow: number | null;
  round: boolean;
  why: string;
  cannot: [string, string][];
  undo: boolean;
}

export interface Network {
  layers: number[];
  independent: boolean;
  paths: number[][];
}

/** A trace or a layout has what Plotly knows, and more kinds of it than are worth writing down. */
export interface Figure {
  data: Record<string, any>[];
  layout: Record<string, any>;
}

export interface Metric {
  name: string;
  help: string;
  better: "higher" | "lower" | null;
}

export interface Export {
  kind: string;
  label: string;
  help: string;
}

export type ByTheme<T> = Record<"light" | "dark", T>;

/** The parts of a run's picture that stay. */
export interface Fixed {
  title: string;
  told: string;
  fitted: number;
  shown: number;
  dimension: 1 | 2;
  movingPoints: boolean;
  points: Points;
  components: number;
  palette: ByTheme<string[]>;
  symbols: string[];
  neutral: ByTheme<string>;
  ramp: ByTheme<string[]>;
  figures: { density: Figure; curve: Figure };
  network: Network;
  classes: string[];
  table: { columns: string[]; note: string };
  metrics: Metric[];
  exports: Export[];
  maxIter: number;
  start: Start;
  parent?: { run: string; upto: number };
  edits?: Edits;
  ghosts?: { name: string; logLikelihood: number[] }[];
  objectiveReasons: { annealed: string; regularised: string; both: string };
  objectiveNotes: { annealed: string; regularised: string; both: string };
  logLikelihoodNote: string;
  awaited: string;
}

export interface Images {
  shape: [number, number];
  max: number;
  means: Float32Array;
  samples: Float32Array | null;
  points: Uint8Array | null;
}

/** What a still picture tells of each drawn row. */
export interface Detail {
  run: string;
  iteration: number;
  half: Half;
  nodes: Uint8Array[];
  paths?: { count: number; index: Int32Array; probability: Uint8Array };
  images?: Images;
}

export interface Measure extends Metric {
  values: (number | null)[];
  best?: number[];
  errors?: (number | null)[];
}

/** A comparison's table, of which there may be a piece. */
export interface Table {
  done: number;
  total: number;
  fits: number;
  evidence: string;
  measures: Measure[];
  models: { letter: string; title: string }[];
}

/** What is sent of one run. */
export interface Learning {
  fixed?: Fixed;
  rows?: ClosedRow[];
  end?: End;
}

export interface Model extends Learning {
  letter: string;
  title: string;
  name: string;
  run: string | null;
  error?: string;
}

/** A name of a setting, and its value in each model. */
export type Setting = [string, string[]];

export interface SentFile {
  id: number;
  name: string;
  mime: string;
  text: string;
}

/** A part of the page that can be away. */
export interface Part {
  key: string;
  group: string;
  label: string;
  where: string;
}

export interface Message extends Learning {
  run: string;
  plotly?: string;
  scriptRuns?: number;
  session?: string;
  again?: string | null;
  record?: object;
  error?: string;
  lesson?: string;
  refused?: boolean;
  replay?: boolean;
  link?: { query: string; lacks: string; qr: string; room: string };
  locked?: boolean;
  parts?: Part[];
  arranged?: { hide: string; pace: string; tab: string; unsure: boolean };
  file?: SentFile;
  detail?: Detail;
  start?: Start;
  models?: Model[];
  settings?: Setting[];
  exports?: Export[];
  table?: Table;
}

/** What a playhead needs to know of a run, or of several side by side. */
export interface Timeline {
  run: string;
  id: string;
  fixed: Fixed | null;
  rows: Pick<Row, "iteration" | "sketch" | "change">[];
  sketches: number;
  newest: number;
  last: number;
  end: End | null;
  missing(iteration: number): number;
  shows(at: number): boolean;
}
