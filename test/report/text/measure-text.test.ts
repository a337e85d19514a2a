import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { measureText } from '../../../src/report/text/measure-text.js';

describe('the width of a text', () => {
  it('is what string-width says of every character of one column, alone and in a text', () => {
    for (let code = 0; code < 0x3000; code++) {
      const character = String.fromCodePoint(code);
      expect(measureText(character), code.toString(16)).toBe(stringWidth(character));
    }
  });

  it('knows wide letters, emoji and what takes no room', () => {
    expect(measureText('')).toBe(0);
    expect(measureText('FID ↓ ±0.1 – 5×5 · █▏…')).toBe(22);
    expect(measureText('飛行機')).toBe(6);
    expect(measureText('😀')).toBe(2);
    expect(measureText('e\u0301')).toBe(1);
    expect(measureText('\u001b[31mred\u001b[39m')).toBe(3);
  });
});
