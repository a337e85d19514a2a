import stringWidth from 'string-width';

/** Characters that take one column each. */
const NARROW = /^[ -~±×·–…↑↓█▉▊▋▌▍▎▏]*$/;

/**
 * Columns of the terminal that a text takes. The package that knows emoji and wide letters takes 50 ms to compile its patterns; most
 * texts have neither.
 */
export function measureText(text: string): number {
  return NARROW.test(text) ? text.length : stringWidth(text);
}
