import { expect, test } from 'vitest';
import { IdleTime, type Machine } from '../../src/core/idle-time.js';

/** Two processors, and another program that wants some of them; this one works for the rest of the time. */
function simulate(wanted: (now: number) => number) {
  let [now, own, idle] = [0, 0, 0];
  const pass = (ms: number, ours: number) => {
    now += ms;
    own += ours * ms;
    idle += Math.max(0, 2 - ours - wanted(now)) * ms;
  };
  const machine: Machine = {
    processors: 2,
    now: () => now,
    times: () => ({ idle, own }),
    sleep: async (ms) => pass(ms, 0),
  };
  return { machine, work: (ms: number) => pass(ms, 2), facts: () => ({ now, own }) };
}

async function shareOf(wanted: (now: number) => number, signal?: AbortSignal): Promise<number> {
  const { machine, work, facts } = simulate(wanted);
  const idleTime = new IdleTime(machine, signal);
  for (let piece = 0; piece < 200; piece++) {
    await idleTime.wait();
    work(30);
  }
  const { now, own } = facts();
  return own / now / 2;
}

test('where others need nothing, nearly all of the time is taken; where they need all, a hundredth', async () => {
  expect(await shareOf(() => 0)).toBeGreaterThan(0.85);
  const busy = await shareOf(() => 2);
  expect(busy).toBeGreaterThan(0.0075);
  expect(busy).toBeLessThan(0.011);
});

test('where they need half of the processors, less than what is left is taken', async () => {
  const share = await shareOf(() => 1);
  expect(share).toBeGreaterThan(0.25);
  expect(share).toBeLessThan(0.5);
});

test('when they end, it goes on at full speed; when they begin, it gives way', async () => {
  const { machine, work, facts } = simulate((now) => (now > 5000 && now < 60_000 ? 2 : 0));
  const idleTime = new IdleTime(machine);
  const own: [number, number][] = [];
  while (facts().now < 65_000) {
    await idleTime.wait();
    work(30);
    own.push([facts().now, facts().own]);
  }
  const at = (time: number) => own.findLast(([now]) => now <= time)?.[1] ?? 0;
  expect(at(5000)).toBeGreaterThan(8000);
  // A second passes until the others are seen.
  expect(at(60_000) - at(6200)).toBeLessThan(2600);
  expect(at(65_000) - at(61_000)).toBeGreaterThan(6000);
});

test('others that begin are seen within two turns, and what they wait for it is little', async () => {
  let [now, own, idle] = [0, 0, 0];
  const begins = 3000;
  let ownWhenBegun: number | undefined;
  const machine: Machine = {
    processors: 2,
    now: () => now,
    times: () => ({ own, idle }),
    sleep: async (ms) => {
      idle += now < begins ? 2 * ms : 0;
      now += ms;
    },
  };
  const idleTime = new IdleTime(machine);
  while (now < 8000) {
    await idleTime.wait();
    const isAlone = now < begins;
    // A piece of 60 ms on both processors, or on half of each beside the others.
    now += isAlone ? 60 : 120;
    own += 120;
    if (!isAlone && ownWhenBegun === undefined) ownWhenBegun = own;
  }
  // The piece in which they are seen, and a hundredth of the time from then on, to the next piece.
  expect(own - (ownWhenBegun ?? 0)).toBeLessThan(120 + 0.01 * 2 * (now - begins) + 120);
  expect(ownWhenBegun).toBeGreaterThan(0.85 * 2 * begins);
});

test('an abort ends the waiting', async () => {
  const controller = new AbortController();
  controller.abort();
  expect(await shareOf(() => 2, controller.signal)).toBeGreaterThan(0.9);
});
