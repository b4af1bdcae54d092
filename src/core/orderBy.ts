/** Up to so many, sorting by insertion costs less than calling the library's sort, which copies. */
const FEW = 24;

/** Sorts in place. @param compare negative where a comes before b; those it tells not apart keep their order */
export function orderBy(order: Uint32Array, compare: (a: number, b: number) => number): void {
  if (order.length > FEW) {
    order.sort(compare);
    return;
  }
  for (let i = 1; i < order.length; i++) {
    const moving = order[i];
    let j = i;
    for (; j > 0 && compare(order[j - 1], moving) > 0; j--) order[j] = order[j - 1];
    order[j] = moving;
  }
}
