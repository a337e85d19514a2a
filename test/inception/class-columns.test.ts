import { describe, expect, it } from 'vitest';
import { findClassColumns } from '../../src/inception/class-columns.js';

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
});
