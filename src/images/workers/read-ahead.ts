/** Work that can be started, and how much of the limit its result takes up. */
export interface AheadJob<T> {
  readonly weight: number;
  start(): Promise<T>;
}

/**
 * Yields the results of jobs in their order while later ones are under way: as many as `maxWeight` allows,
 * at least `minJobs`. A result counts until the consumer asks for the next.
 */
export async function* readAhead<T>(
  jobs: Iterator<AheadJob<T>>,
  maxWeight: number,
  minJobs: number,
): AsyncGenerator<T, void, undefined> {
  const started: { readonly result: Promise<T>; readonly weight: number }[] = [];
  let weight = 0;
  const fill = () => {
    while (weight < maxWeight || started.length < minJobs) {
      const next = jobs.next();
      if (next.done) return;
      const result = next.value.start();
      // A job may fail long before its turn comes, or after the consumer has left.
      result.catch(() => {});
      started.push({ result, weight: next.value.weight });
      weight += next.value.weight;
    }
  };
  fill();
  for (let first = started.shift(); first; first = started.shift()) {
    yield await first.result;
    weight -= first.weight;
    fill();
  }
}
