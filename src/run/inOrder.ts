/**
 * Brings numbered items, which threads finish in any order, to one reader in the order of their numbers: 0, 1, 2 ...
 * Whoever gives an item waits until the reader is done with it, so what waits is never more than what is under way.
 */
export class InOrder<T> implements AsyncIterable<T> {
  private readonly waiting = new Map<number, Waiting<T>>();
  private isWhole = false;
  private failure: Error | undefined;
  private wake: () => void = () => undefined;

  /** Settles when the reader asks for the next item; rejects when reading stops before that. */
  give(number: number, item: T): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const taken = new Promise<void>((resolve, reject) => this.waiting.set(number, { item, resolve, reject }));
    this.wake();
    return taken;
  }

  /** No more items: the reader's loop ends behind the last. */
  end(): void {
    this.isWhole = true;
    this.wake();
  }

  /** Stops: the reader, and all who wait, are told of the first error. */
  fail(error: unknown): void {
    this.failure ??= error instanceof Error ? error : new Error(String(error));
    for (const { reject } of this.waiting.values()) reject(this.failure);
    this.waiting.clear();
    this.wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (let number = 0; ;) {
      if (this.failure !== undefined) throw this.failure;
      const next = this.waiting.get(number);
      if (next !== undefined) {
        yield next.item;
        this.waiting.delete(number++);
        next.resolve();
      } else if (this.isWhole) return;
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}

type Waiting<T> = {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
};
