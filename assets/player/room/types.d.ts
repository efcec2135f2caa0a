// What is told in a room, as door.js makes it of what the server sends: see "A room" in pages/wire/messages.md.
import type { Focus, Half } from "../wire/types.d.ts";

export interface State {
  page: string;
  query: string;
}

export interface Place {
  iteration: number;
  half: Half;
  playing: boolean;
  speed: number;
  linger: boolean;
  sync: string | null;
}

export interface Pins {
  point: number | null;
  focus: Focus | null;
}

export interface Guesses {
  cells?: number[][];
  numbers?: number[];
}

export interface Question {
  number: number;
  kind: "where" | "much";
  words: string;
  x: number[] | null;
  y: number[] | null;
  answers: Guesses | null;
}

export interface Parts {
  version?: number;
  followers?: number;
  state?: State;
  place?: Place;
  pins?: Pins;
  question?: Question | null;
}
