import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neutralise } from '../../../src/report/text/neutralize.js';

describe('a name from outside', () => {
  it('stays as it is when it is harmless', () => {
    for (const name of ['airplane', 'Zoë’s "cat"', '飛行機', 'a|b<c>', '👩‍🚀', ''])
      expect(neutralise(name)).toBe(name);
  });

  it('shows its newlines and escape sequences instead of sending them', () => {
    expect(neutralise('a\nb\r\tc')).toBe('a\\nb\\r\\tc');
    expect(neutralise('\u001b[31mred\u0007')).toBe('\\u{1b}[31mred\\u{7}');
    expect(neutralise('\u009b2J')).toBe('\\u{9b}2J');
  });

  it('shows what would reorder or hide text', () => {
    expect(neutralise('gnp\u202e.exe')).toBe('gnp\\u{202e}.exe');
    expect(neutralise('a\u200bb\ufeff')).toBe('a\\u{200b}b\\u{feff}');
    expect(neutralise('a\u2028b')).toBe('a\\u{2028}b');
    expect(neutralise('half \ud83d')).toBe('half \\u{d83d}');
  });

  it('isolates right-to-left letters from what stands around them', () => {
    expect(neutralise('מטוס')).toBe('\u2068מטוס\u2069');
  });

  it('never holds a control character or a newline afterwards', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(neutralise(name)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066\u2067]/u);
      }),
    );
  });
});
