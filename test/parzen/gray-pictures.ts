import { imagesInMemory } from '../../src/images/memory.js';
import { NumpyRandom } from '../../src/math/random/numpy-random.js';

/** RGB bytes of pictures without a pattern; gray ones have three equal bytes. */
export function noise(count: number, side: number, channels: 1 | 3, seed: number): Uint8Array[] {
  const draws = new NumpyRandom(seed);
  const byte = () => draws.interval(255);
  return Array.from({ length: count }, () => {
    const places = Array.from({ length: side * side }, () => {
      const red = byte();
      return channels === 1 ? [red, red, red] : [red, byte(), byte()];
    });
    return Uint8Array.from(places.flat());
  });
}

/** A source of square pictures of these RGB bytes. */
export function sourceOf(pictures: readonly Uint8Array[], name = 'mine') {
  return imagesInMemory({
    name,
    pictures: pictures.map((pixels, i) => {
      const side = Math.sqrt(pixels.length / 3);
      return { id: String(i), width: side, height: side, pixels };
    }),
  });
}

/** The log-likelihood of each picture straight from its definition, with every number of a picture a dimension. */
export function likelihoodsByHand(
  samples: readonly (readonly number[])[],
  pictures: readonly (readonly number[])[],
  sigma: number,
): number[] {
  return pictures.map((x) => {
    const terms = samples.map(
      (y) => -x.reduce((sum, each, i) => sum + (each - y[i]) ** 2, 0) / (2 * sigma ** 2),
    );
    const greatest = Math.max(...terms);
    const mean = terms.reduce((sum, term) => sum + Math.exp(term - greatest), 0) / terms.length;
    return greatest + Math.log(mean) - x.length * Math.log(sigma * Math.sqrt(2 * Math.PI));
  });
}

/** Bytes as numbers over [0, 1]; of gray pictures one of the three. */
export function numbersOf(pixels: Uint8Array, channels: 1 | 3): number[] {
  return [...pixels].filter((_, i) => channels === 3 || i % 3 === 0).map((value) => value / 255);
}
