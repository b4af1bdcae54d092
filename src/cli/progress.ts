import { formatNumber } from "../report/numbers.js";

/** One moving line with an ETA on a terminal, a plain line per tenth in a pipe. The only place that asks the clock. */
export class Progress {
  private readonly began = Date.now();
  private stage = "";
  private stageBegan = 0;
  private lastShown = 0;
  private lastTenth = -1;

  constructor(
    private readonly quiet: boolean,
    private readonly out: NodeJS.WriteStream = process.stderr,
  ) {}

  show({ stage, done, total }: { stage: string; done: number; total: number }): void {
    if (this.quiet) return;
    const now = Date.now();
    if (stage !== this.stage) {
      this.stage = stage;
      this.stageBegan = now;
      this.lastTenth = -1;
      this.lastShown = 0;
    }
    const share = total > 0 ? Math.min(1, done / total) : 1;
    if (this.out.isTTY) {
      if (now - this.lastShown < 100 && share < 1) return;
      this.lastShown = now;
      const spent = now - this.stageBegan;
      const left =
        share > 0.02 && spent > 1000 ? `, ca. ${timeText((spent * (1 - share)) / share)} igjen` : "";
      this.out.write(`\r\u001b[K${stage} ${Math.floor(100 * share)} %${left}`);
      return;
    }
    const tenth = Math.floor(10 * share);
    if (tenth === this.lastTenth || now - this.began < 1000) return;
    this.lastTenth = tenth;
    this.out.write(`${stage} ${10 * tenth} %\n`);
  }

  /** Clears the moving line. Returns seconds since the start. */
  end(): number {
    if (!this.quiet && this.out.isTTY && this.stage !== "") this.out.write("\r\u001b[K");
    return (Date.now() - this.began) / 1000;
  }
}

/** How long a run took, for its last line. */
export const secondsText = (seconds: number): string => `${formatNumber(seconds, 1)}\u00a0s`;

function timeText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
