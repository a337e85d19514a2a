// What the parts of the device benchmark share: each runs in a process of its own, and prints a line of JSON for everything it found, at
// once, so that nothing is lost if a driver ends the process.
import { writeSync } from 'node:fs';

/** Prints what was found: a name, its number or text, and the unit. */
export function found(what, value, unit = '') {
  writeSync(1, `${JSON.stringify({ what, value, unit })}\n`);
}

/** Runs a step, and reports its error in place of its result. */
export async function attempt(what, step) {
  try {
    await step();
  } catch (error) {
    found(what, `error: ${error.message}`);
  }
}

/** Pictures a second of a run of `count` pictures: the median of runs after two to warm up, over about `seconds`. */
export async function rateOf(count, run, seconds = 1) {
  const start = performance.now();
  await run();
  const first = performance.now() - start;
  await run();
  const times = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end || times.length < 3) {
    const from = performance.now();
    await run();
    times.push(performance.now() - from);
  }
  const middle = times.toSorted((a, b) => a - b)[times.length >> 1];
  return { rate: (count * 1000) / middle, firstMs: first };
}

/** Numbers in 0-1 from a hash of their place: reproducible anywhere, and quicker than a generator of random numbers. */
export function noise(length, seed = 0) {
  const values = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    let z = (Math.imul(i + 1, 0x9e3779b9) ^ seed) | 0;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    values[i] = ((z ^ (z >>> 16)) >>> 8) / 2 ** 24;
  }
  return values;
}

/** `noise` as bytes. */
export function noisyBytes(length, seed = 0) {
  return Uint8Array.from(noise(length, seed), (value) => value * 256);
}
