/** A small generator of uniform numbers in [0, 1), so that a seed gives the same kills again (mulberry32). */
export function makeRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An integer in [from, to]. */
export function drawInteger(random, from, to) {
  return from + Math.floor(random() * (to - from + 1));
}
