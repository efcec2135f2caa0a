// The door: what Python sends, by short keys and as base64, becomes what the player speaks of; see pages/wire/messages.md.
// A key that is not read here does not come in.

/** @import { Detail, Fixed, Message, Row } from "./types.d.ts" */

function bytes(base64) {
  const text = atob(base64);
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out;
}

// Little endian, as every browser's typed arrays are.
const int32 = (base64) => new Int32Array(bytes(base64).buffer);
const float32 = (base64) => new Float32Array(bytes(base64).buffer);

const known = new WeakMap();

/**
 * A message of Python; the same payload twice is the same message.
 * @returns {Message}
 */
export function decode(data) {
  if (!known.has(data)) known.set(data, decodeMessage(data));
  return known.get(data);
}

/** @returns {Message} */
const decodeMessage = (data) => ({
  run: data.run,
  plotly: data.plotly,
  scriptRuns: data.script_runs,
  session: data.session,
  again: data.again,
  record: data.record,
  error: data.error,
  refused: data.refused,
  lesson: data.lesson,
  replay: data.replay,
  link: data.link && decodeLink(data.link),
  locked: data.locked,
  parts: data.parts?.map(decodePart),
  arranged: data.arranged && decodeArranged(data.arranged),
  file: data.file && decodeFile(data.file),
  ...decodeLearning(data),
  detail: data.detail && decodeDetail(data.detail),
  start: data.start && decodeStart(data.start),
  models: data.models?.map(decodeModel),
  settings: data.settings,
  exports: data.exports?.map(decodeExport),
  table: data.table && decodeTable(data.table),
});

const decodeModel = (data) => ({
  letter: data.letter,
  title: data.title,
  name: data.name,
  run: data.run,
  error: data.error,
  ...decodeLearning(data),
});

/** What is sent of one run. */
const decodeLearning = ({ static: fixed, rows, end }) => ({
  fixed: fixed && decodeStatic(fixed),
  rows: decodeRows(rows),
  end: end && decodeEnd(end),
});

const decodeStart = ({ iteration, half, playing }) => ({ iteration, half, playing });
const decodeEnd = ({ iteration, reason, more }) => ({ iteration, reason, more });
const decodeExport = ({ kind, label, help }) => ({ kind, label, help });
const decodeMetric = ({ name, help, better }) => ({ name, help, better });
const decodeLink = ({ query, lacks, qr, room }) => ({ query, lacks, qr, room });
const decodePart = ({ key, group, label, where }) => ({ key, group, label, where });
const decodeArranged = ({ hide, pace, tab, unsure }) => ({ hide, pace, tab, unsure });
const decodeFile = ({ id, name, mime, text }) => ({ id, name, mime, text });
const decodePoints = ({ x, y }) => ({ x: float32(x), y: y ? float32(y) : null });

/**
 * The parts of a run's picture that stay.
 * @returns {Fixed}
 */
export const decodeStatic = (data) => ({
  title: data.title,
  told: data.told,
  fitted: data.n,
  shown: data.shown,
  dimension: data.dimension,
  movingPoints: data.moving_points,
  points: { ...decodePoints(data.points), id: data.points.id ? int32(data.points.id) : null },
  components: data.components,
  palette: data.palette,
  symbols: data.symbols,
  neutral: data.neutral,
  ramp: data.ramp,
  figures: data.figures && decodeFigures(data.figures),
  network: decodeNetwork(data.network),
  classes: data.classes,
  table: data.table && decodeColumns(data.table),
  metrics: data.metrics?.map(decodeMetric),
  exports: data.exports?.map(decodeExport),
  maxIter: data.max_iter,
  start: data.start && decodeStart(data.start),
  parent: data.parent && decodeParent(data.parent),
  edits: data.edits && decodeEdits(data.edits),
  ghosts: data.ghosts?.map(decodeGhost),
  objectiveNotes: data.objective_notes && decodeNotes(data.objective_notes),
  objectiveReasons: data.objective_reasons && decodeNotes(data.objective_reasons),
  logLikelihoodNote: data.log_likelihood_note,
  awaited: data.awaited,
});

const decodeNetwork = ({ layers, independent, paths }) => ({ layers, independent, paths });
const decodeColumns = ({ columns, note }) => ({ columns, note });
const decodeParent = ({ run, upto }) => ({ run, upto });
const decodeEdits = ({ axes, decimals, digits, untold, share, follow, round, why, cannot, undo }) =>
  ({ axes, decimals, digits, untold, share, follow, round, why, cannot, undo });
const decodeGhost = ({ name, log_likelihood }) => ({ name, logLikelihood: log_likelihood });
const decodeNotes = ({ annealed, regularised, both }) => ({ annealed, regularised, both });
const decodeFigures = ({ density, curve }) => ({ density: decodeFigure(density), curve: decodeFigure(curve) });

/** A figure of Plotly: what is in it is Plotly's own. */
const decodeFigure = ({ data, layout }) => ({ data, layout });

/** Rows that are opened only where they are wanted. */
export const decodeRows = (rows) =>
  rows?.map((row) => ({ iteration: row.i, sketch: Boolean(row.sketch), open: () => decodeRow(row) }));

/** @returns {Row} */
export const decodeRow = ({ i, sketch, v, ll, obj, apart, held, e, stop, s, took, g, grids, arrows, p, l, c, net, t, m, k, pins }) => ({
  iteration: i,
  sketch: Boolean(sketch),
  inverseTemperature: v,
  logLikelihood: ll,
  objective: obj,
  apart,
  heldOut: held,
  events: (e ?? []).map(([about, sentence]) => ({ about, sentence })),
  stops: stop,
  seconds: s,
  took,
  gaussians: g,
  grids: grids ? decodeGrids(grids) : null,
  arrows,
  points: p ? decodePoints(p) : null,
  labels: l ? bytes(l) : null,
  confidence: c ? bytes(c) : null,
  network: net && decodeWeights(net),
  table: t,
  metrics: m,
  pins,
  confusion: k && decodeConfusion(k),
});

const decodeWeights = ({ nodes, edges, paths }) => ({ nodes, edges, paths });
const decodeConfusion = ({ counts, components, classes }) => ({ counts, components, classes });

/** `of[j]` is the weighted density of component j at ny rows of nx nodes (ny = 1 in one dimension). */
function decodeGrids({ x, y, nx, ny = 1, z }) {
  const values = float32(z);
  const size = nx * ny;
  const of = Array.from({ length: values.length / size }, (_, j) => values.subarray(j * size, (j + 1) * size));
  const dy = y && ny > 1 ? (y[1] - y[0]) / (ny - 1) : 1;
  return { of, grid: { x0: x[0], dx: (x[1] - x[0]) / (nx - 1), nx, y0: y ? y[0] : 0, dy, ny } };
}

/**
 * What Python says about one half-step when the player has come to rest there.
 * @returns {Detail}
 */
export const decodeDetail = ({ run, iteration, half, nodes, paths, images }) => ({
  run,
  iteration,
  half,
  nodes: nodes.map(bytes),
  paths: paths && decodePaths(paths),
  images: images && decodeImages(images),
});

const decodePaths = ({ m, index, probability }) => ({ count: m, index: int32(index), probability: bytes(probability) });

const decodeImages = ({ shape, max, means, samples, points }) => ({
  shape,
  max,
  means: float32(means),
  samples: samples ? float32(samples) : null,
  points: points ? bytes(points) : null,
});

const decodeTable = ({ done, total, fits, evidence, measures, models }) => ({
  done,
  total,
  fits,
  evidence,
  measures: measures.map(({ name, help, better, values, best, errors }) => ({ name, help, better, values, best, errors })),
  models: models.map(({ letter, title }) => ({ letter, title })),
});
