import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neutralize } from '../../src/escape/neutralize.js';

describe('a name from outside', () => {
  it('stays as it is when it is harmless', () => {
    for (const name of ['airplane', 'Zoë’s "cat"', '飛行機', 'a|b<c>', '👩‍🚀', ''])
      expect(neutralize(name)).toBe(name);
  });

  it('shows its newlines and escape sequences instead of sending them', () => {
    expect(neutralize('a\nb\r\tc')).toBe('a\\nb\\r\\tc');
    expect(neutralize('\u001b[31mred\u0007')).toBe('\\u{1b}[31mred\\u{7}');
    expect(neutralize('\u009b2J')).toBe('\\u{9b}2J');
  });

  it('shows what would reorder or hide text', () => {
    expect(neutralize('gnp\u202e.exe')).toBe('gnp\\u{202e}.exe');
    expect(neutralize('a\u200bb\ufeff')).toBe('a\\u{200b}b\\u{feff}');
    expect(neutralize('a\u2028b')).toBe('a\\u{2028}b');
    expect(neutralize('half \ud83d')).toBe('half \\u{d83d}');
  });

  it('isolates right-to-left letters from what stands around them', () => {
    expect(neutralize('מטוס')).toBe('\u2068מטוס\u2069');
  });

  it('never holds a control character or a newline afterwards', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(neutralize(name)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066\u2067]/u);
      }),
    );
  });
});
