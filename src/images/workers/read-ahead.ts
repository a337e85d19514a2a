/** Work that can be started, and how much of the limit its result takes. */
export interface AheadJob<T> {
  readonly weight: number;
  start(): Promise<T>;
}

/**
 * Yields the results of jobs in order while later jobs are running: as many as `maxWeight` allows, at least `minJobs`. A
 * result counts until the consumer asks for the next one.
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
      // A job may fail before its result is asked for, or when nobody asks for it anymore.
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
