/**
 * Whole numbers met lately, emptied at no cost: open addressing, where what an earlier round left counts as empty. As large as
 * the most that was ever met in a round, however large the numbers are.
 */
export class MetSet {
  private numbers = new Uint32Array(256);
  private rounds = new Uint32Array(256);
  private round = 1;
  private count = 0;

  /** Begins a round: nothing is met. */
  clear(): void {
    this.count = 0;
    if (++this.round !== 0xffffffff) return;
    this.rounds.fill(0);
    this.round = 1;
  }

  /** @returns whether the number is new in this round */
  add(number: number): boolean {
    const { numbers, rounds, round } = this;
    const mask = numbers.length - 1;
    let slot = Math.imul(number, 0x9e3779b1) >>> 7;
    for (slot &= mask; rounds[slot] === round; slot = (slot + 1) & mask) {
      if (numbers[slot] === number) return false;
    }
    numbers[slot] = number;
    rounds[slot] = round;
    if (2 * ++this.count > mask) this.grow();
    return true;
  }

  private grow(): void {
    const { numbers, rounds, round } = this;
    this.numbers = new Uint32Array(2 * numbers.length);
    this.rounds = new Uint32Array(2 * numbers.length);
    this.count = 0;
    for (let slot = 0; slot < numbers.length; slot++) if (rounds[slot] === round) this.add(numbers[slot]);
  }
}
