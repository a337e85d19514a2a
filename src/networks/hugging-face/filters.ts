import type { ResizeMethod } from '../cards/card.js';

/** Pillow's filters by their numbers and by timm's names; undefined where there is none here. */
const FILTERS: readonly (readonly [name: string, resize: ResizeMethod | undefined])[] = [
  ['nearest', undefined],
  ['lanczos', 'pil-lanczos-uint8'],
  ['bilinear', 'pil-bilinear-uint8'],
  ['bicubic', 'pil-bicubic-uint8'],
  ['box', 'pil-box-uint8'],
  ['hamming', 'pil-hamming-uint8'],
];

/** The filter of a number or name, or what it is called where it is not known here. */
export function findFilter(asked: number | string): { resize: ResizeMethod } | { unknown: string } {
  const found = typeof asked === 'number' ? FILTERS[asked] : FILTERS.find(([name]) => name === asked);
  if (found?.[1] !== undefined) return { resize: found[1] };
  return {
    unknown:
      found?.[0] ?? `the filter ${typeof asked === 'string' ? JSON.stringify(asked.slice(0, 40)) : asked}`,
  };
}

/** The names of the filters that are known here. */
export const KNOWN_FILTERS = FILTERS.flatMap(([name, resize]) => (resize ? [name] : [])).join(', ');
