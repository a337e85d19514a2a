import { describe, expect, it } from 'vitest';
import { imagesInMemory } from '../../src/images/memory.js';

const picture = { id: 'one', label: 0, width: 2, height: 1, pixels: Uint8Array.of(1, 2, 3, 4, 5, 6) };

describe('imagesInMemory', () => {
  it('is a source like any other', async () => {
    const source = imagesInMemory({
      name: 'mine',
      classNames: ['cat', 'dog'],
      pictures: [picture, { ...picture, id: 'two', label: 1, width: 1, height: 2 }],
    });
    expect(source.entries).toEqual([
      { id: 'one', label: 0 },
      { id: 'two', label: 1 },
    ]);
    const [one, two] = await source.inspect();
    expect([one.width, one.height, two.width, two.height]).toEqual([2, 1, 1, 2]);
    // The same bytes in another shape are another picture.
    expect(one.sha256).not.toBe(two.sha256);
    const seen: number[] = [];
    for await (const outcome of source.pictures([1, 0, 1])) seen.push(outcome.index);
    expect(seen).toEqual([1, 0, 1]);
    expect((await source.picture(0)).pixels).toEqual(picture.pixels);
    await expect(source.picture(2)).rejects.toThrow(RangeError);
  });

  it('refuses what does not fit together', () => {
    const open = (pictures: (typeof picture)[], classNames?: string[]) => () =>
      imagesInMemory({ name: 'mine', pictures, classNames });
    expect(open([{ ...picture, width: 3 }])).toThrow('"one" of mine has 6 bytes, which is not 3×1×3');
    expect(open([picture, picture])).toThrow('two pictures "one"');
    expect(open([{ ...picture, label: 2 }], ['cat', 'dog'])).toThrow('has the label 2');
  });
});
