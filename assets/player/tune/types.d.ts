/** What Python sends the chart: see "Tune" in pages/wire/messages.md. */
export interface Sent {
  player: string;
  plotly: string;
  script_runs: number;
  session: string;
  again: string | null;
  record: any;
  at: string;
  locked: boolean;
  link?: { query: string; lacks: string; qr: string };
  job?: string;
  title?: string;
  stale?: boolean;
  measure: string;
  view: string;
  lab?: Lab;
  nothing?: boolean;
  files?: { name: string; label: string; help: string; text?: string }[];
}

/** What a job tells: see "A job" in pages/wire/messages.md. */
export interface Told {
  version: number;
  state: "measuring" | "asks" | "running" | "done" | "cancelled" | "abandoned" | "failed";
  done: number;
  total: number;
  left: number | null;
  smaller: number | null;
  problem: string | null;
  says?: string;
  figure?: { data: any[]; layout: any };
  more?: { starts: number; cells: number } | null;
  test?: { components: number } | null;
  marks?: [number, number, string][];
}

/** An annealed run, and its schedule: v rises from `start_v`, and is 1 after the `share` of the iterations. */
export interface Lab {
  run: string;
  figures: Record<"light" | "dark", { data: any[]; layout: any }>;
  says: string;
  v: number[];
  start_v: number;
  max_iter: number;
  share: number;
}
