/** A fixed number of buffers: reading waits when all are with the threads, so memory does not grow with the file. */
export class BufferRing {
  private readonly free: SharedArrayBuffer[] = [];
  private out = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly most: number,
    private readonly byteLength: number,
  ) {}

  async take(byteLength: number): Promise<SharedArrayBuffer> {
    while (this.out >= this.most) await this.change();
    this.out++;
    const fitting = this.free.findIndex((buffer) => buffer.byteLength >= byteLength);
    if (fitting >= 0) return this.free.splice(fitting, 1)[0];
    return new SharedArrayBuffer(Math.max(byteLength, this.byteLength));
  }

  giveBack(buffer: SharedArrayBuffer): void {
    this.out--;
    if (this.free.length < this.most) this.free.push(buffer);
    for (const wake of this.waiting.splice(0)) wake();
  }

  async allBack(): Promise<void> {
    while (this.out > 0) await this.change();
  }

  private change(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
