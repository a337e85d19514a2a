import { expect, it } from 'vitest';
import { score } from '../../src/evaluate/score.js';
import { imagesInMemory } from '../../src/images/memory.js';

/** Two pictures of each of two numbered classes. */
function numbered(colour: readonly [number, number, number]) {
  const pixels = Uint8Array.from({ length: 16 * 16 * 3 }, (_, i) => (Math.floor(i / 3) % 7) * colour[i % 3]);
  const pictures = [0, 1, 0, 1].map((label, i) => ({ id: String(i), label, width: 16, height: 16, pixels }));
  return imagesInMemory({ name: 'numbered', pictures, classNames: ['0', '1'] });
}

async function classifierOf(source: ReturnType<typeof numbered>): Promise<string | undefined> {
  const { metrics } = await score(source, { metrics: ['accuracy'], resolutions: [16], cache: false });
  const [accuracy] = metrics;
  return accuracy.status === 'ok' ? accuracy.extractor?.name : accuracy.reason;
}

it.each([
  ['grey pictures', [30, 30, 30], 'inception-mnist'],
  ['pictures in colour', [10, 20, 30], 'inception-cifar10'],
] as const)(
  'judges %s of classes 0 and 1 by the network that is for them',
  async (_kind, colour, network) => {
    expect(await classifierOf(numbered(colour))).toBe(network);
  },
);
