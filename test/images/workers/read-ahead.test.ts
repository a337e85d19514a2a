import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryBudget } from '../../../src/images/workers/memory-budget.js';
import { type AheadJob, readAhead } from '../../../src/images/workers/read-ahead.js';

const LIMIT = 1000;
/** What jobs may hold: a quarter is left for the network. */
const ROOM = 750;

interface Made {
  readonly running: number;
  readonly done: number;
}

/** Jobs that end in any order, and the numbers of those that run at a time. */
function jobsOf(made: readonly Made[], onStart: (index: number) => void): Iterator<AheadJob<number>> {
  return made
    .map(
      (memory, index): AheadJob<number> => ({
        weight: 1,
        memory,
        async start() {
          onStart(index);
          for (let turns = (index * 7) % 5; turns >= 0; turns--) await Promise.resolve();
          return index;
        },
      }),
    )
    .values();
}

async function readAll(made: readonly Made[], budget: MemoryBudget): Promise<number[]> {
  const results: number[] = [];
  const limits = { maxWeight: 1e9, minJobs: 4, budget };
  for await (const result of readAhead(
    jobsOf(made, () => {}),
    limits,
  ))
    results.push(result);
  return results;
}

describe('readAhead', () => {
  it('gives all results in order, holds no more than the budget or one job alone, and leaves nothing held', async () => {
    const memory = fc
      .tuple(fc.integer({ min: 1, max: 1500 }), fc.double({ min: 0.1, max: 1, noNaN: true }))
      .map(([running, share]) => ({ running, done: Math.ceil(running * share) }));
    await fc.assert(
      fc.asyncProperty(fc.array(memory, { maxLength: 30 }), async (made) => {
        const budget = new MemoryBudget(LIMIT);
        expect(await readAll(made, budget)).toEqual(made.map((_, index) => index));
        expect(budget.most).toBeLessThanOrEqual(Math.max(ROOM, ...made.map(({ running }) => running)));
        expect(budget.held).toBe(0);
      }),
    );
  });

  it('decodes pictures that fit at the same time, and large ones one after the other', async () => {
    const small = new MemoryBudget(LIMIT);
    await readAll(Array(8).fill({ running: 200, done: 100 }), small);
    expect(small.most).toBeGreaterThan(400);
    const large = new MemoryBudget(LIMIT);
    await readAll(Array(8).fill({ running: 600, done: 200 }), large);
    expect(large.most).toBe(600);
  });

  it('counts what the consumer holds, and still gives what is needed next', async () => {
    const budget = new MemoryBudget(LIMIT);
    const results: number[] = [];
    const made = Array(5).fill({ running: 300, done: 300 });
    for await (const result of readAhead(
      jobsOf(made, () => {}),
      { maxWeight: 1e9, minJobs: 4, budget },
    )) {
      budget.hold(300);
      results.push(result);
    }
    expect(results).toEqual([0, 1, 2, 3, 4]);
    expect(budget.held).toBe(5 * 300);
  });

  it('releases what it holds where the consumer stops early, and where a job fails', async () => {
    const budget = new MemoryBudget(LIMIT);
    const made = Array(5).fill({ running: 100, done: 50 });
    for await (const result of readAhead(
      jobsOf(made, () => {}),
      { maxWeight: 1e9, minJobs: 4, budget },
    )) {
      if (result === 1) break;
    }
    await new Promise((resolve) => setImmediate(resolve));
    expect(budget.held).toBe(0);
    const failing: AheadJob<number> = {
      weight: 1,
      memory: { running: 100, done: 50 },
      start: () => Promise.reject(new Error('no')),
    };
    const read = readAhead([failing].values(), { maxWeight: 1e9, minJobs: 1, budget });
    await expect(read.next()).rejects.toThrow('no');
    expect(budget.held).toBe(0);
  });

  it('passes on what the list of jobs throws while others run', async () => {
    const budget = new MemoryBudget(LIMIT);
    function* jobs(): Generator<AheadJob<number>> {
      yield* {
        [Symbol.iterator]: () => jobsOf(Array(2).fill({ running: 700, done: 10 }), () => {}),
      } as Iterable<AheadJob<number>>;
      throw new RangeError('no such picture');
    }
    const read = async () => {
      for await (const _ of readAhead(jobs(), { maxWeight: 1e9, minJobs: 4, budget }));
    };
    await expect(read()).rejects.toThrow('no such picture');
  });
});
