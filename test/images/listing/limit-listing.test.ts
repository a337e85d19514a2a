import { describe, expect, it } from 'vitest';
import type { FileListing } from '../../../src/images/file-listing.js';
import { limitListing } from '../../../src/images/listing/limit-listing.js';

const listing = (count: number, name = (i: number) => `${i}.png`): FileListing => ({
  entries: Array.from({ length: count }, (_, i) => ({ id: name(i), label: i % 3 })),
  classNames: ['a', 'b', 'c'],
  place: (index) => `/pictures/${index}`,
  warnings: [],
});
const places = ({ entries, place }: FileListing) =>
  entries.map((_, i) => Number(String(place(i)).split('/').at(-1)));

describe('limitListing', () => {
  it('draws the same places whatever the names, in their order, and others with another seed', () => {
    const drawn = limitListing(listing(1000), { limit: 50, seed: 7 });
    expect(drawn).toMatchObject({ drawnFrom: 1000 });
    expect(drawn.entries).toHaveLength(50);
    expect(places(drawn)).toEqual(places(drawn).toSorted((a, b) => a - b));
    expect(drawn.entries.map(({ id }) => id)).toEqual(places(drawn).map((i) => `${i}.png`));
    const renamed = limitListing(
      listing(1000, (i) => `other/${1000 - i}.png`),
      { limit: 50, seed: 7 },
    );
    expect(places(renamed)).toEqual(places(drawn));
    expect(places(limitListing(listing(1000), { limit: 50, seed: 8 }))).not.toEqual(places(drawn));
  });

  it('draws a smaller subset from a larger one, and all places equally often', () => {
    const large = new Set(places(limitListing(listing(500), { limit: 100, seed: 1 })));
    expect(
      places(limitListing(listing(500), { limit: 30, seed: 1 })).every((place) => large.has(place)),
    ).toBe(true);
    const counts = new Array<number>(20).fill(0);
    for (let seed = 0; seed < 2000; seed++) {
      for (const place of places(limitListing(listing(20), { limit: 5, seed }))) counts[place]++;
    }
    // 500 each; the standard deviation of a binomial count is 19.
    expect(Math.min(...counts)).toBeGreaterThan(420);
    expect(Math.max(...counts)).toBeLessThan(580);
  });

  it('leaves a set of no more pictures as it is, and drops classes of which none was drawn', () => {
    const whole = listing(10);
    expect(limitListing(whole, { limit: 10, seed: 1 })).toBe(whole);
    const one = limitListing(listing(300), { limit: 1, seed: 3 });
    expect(one.classNames).toEqual([['a', 'b', 'c'][places(one)[0] % 3]]);
    expect(one.entries[0].label).toBe(0);
  });
});
