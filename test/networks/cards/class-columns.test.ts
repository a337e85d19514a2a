import { describe, expect, it } from 'vitest';
import { findClassColumns } from '../../../src/networks/cards/class-columns.js';

const pets = { name: 'pets', classes: ['cat', 'Guinea Pig', 'dog'], logitWidth: 3 };

describe('findClassColumns', () => {
  it('finds classes by name, whatever the case, spaces, hyphens and underscores', () => {
    expect(findClassColumns(['Dog', 'guinea_pig', 'CAT'], pets)).toEqual({
      columns: Int32Array.of(2, 1, 0),
      matchedBy: 'name',
    });
    expect(findClassColumns(['guinea-pig'], pets)).toMatchObject({ columns: Int32Array.of(1) });
  });

  it('takes whole numbers for columns, also of a network that names no classes', () => {
    const expected = { columns: Int32Array.of(0, 2), matchedBy: 'index' };
    expect(findClassColumns(['0', '02'], pets)).toEqual(expected);
    expect(findClassColumns(['0', '2'], { name: 'bare', logitWidth: 3 })).toEqual(expected);
  });

  it('prefers names that are numbers to columns', () => {
    const digits = { name: 'digits', classes: ['1', '0'], logitWidth: 2 };
    expect(findClassColumns(['0', '1'], digits)).toEqual({ columns: Int32Array.of(1, 0), matchedBy: 'name' });
  });

  it('says which classes a network does not know', () => {
    expect(findClassColumns(['cat', 'a', 'b', 'c', 'd'], pets)).toEqual({
      reason: 'The network pets doesn\'t know the class "a", "b", "c" and 1 more.',
    });
    expect(findClassColumns(['cat', '1'], pets)).toMatchObject({ reason: expect.stringContaining('"1"') });
  });

  it('says when a number is beyond the columns, or there are none', () => {
    expect(findClassColumns(['0', '3'], pets)).toEqual({
      reason: 'The network pets has classes 0 to 2, and the samples have a class 3.',
    });
    expect(findClassColumns(['0'], { name: 'features only', logitWidth: 0 })).toEqual({
      reason: 'The network features only gives no logits.',
    });
  });

  it('takes synset ids beside names', () => {
    const synsets = ['n02121620', 'n02364673', 'n02084071'];
    expect(findClassColumns(['n02084071', 'Cat'], { ...pets, synsets })).toEqual({
      columns: Int32Array.of(2, 0),
      matchedBy: 'name',
    });
    expect(findClassColumns(['n02084071'], pets)).toMatchObject({ reason: expect.any(String) });
  });

  it('takes what a map says: columns, names or synset ids', () => {
    const map = (...targets: [string, string][]) => ({ path: 'map.csv', targets: new Map(targets) });
    const found = { columns: Int32Array.of(2, 0), matchedBy: 'map' };
    expect(findClassColumns(['a', 'b'], pets, map(['a', 'dog'], ['b', 'cat']))).toEqual(found);
    const opaque = { name: 'opaque', logitWidth: 3, classesNeedMap: true };
    expect(findClassColumns(['a', 'b'], opaque, map(['b', '0'], ['a', '2'], ['c', '1']))).toEqual(found);
    expect(findClassColumns(['a', 'b'], opaque, map(['a', '2']))).toEqual({
      reason: 'map.csv doesn\'t name the class "b".',
    });
    expect(findClassColumns(['a'], opaque, map(['a', '3']))).toMatchObject({
      reason: expect.stringContaining('classes 0 to 2'),
    });
    expect(findClassColumns(['a'], pets, map(['a', 'ape']))).toMatchObject({
      reason: expect.stringContaining('"ape"'),
    });
  });

  it('takes neither names nor numbers for columns that need a map', () => {
    const opaque = { ...pets, classesNeedMap: true };
    for (const name of ['cat', '1']) {
      expect(findClassColumns([name], opaque)).toEqual({
        reason: 'The network pets has its 3 classes in an order of its own, which needs --class-map.',
      });
    }
  });
});
