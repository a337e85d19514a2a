import type { ImageSet } from '../../documents/result.js';
import { formatCount, plural } from './numbers.js';

/** "10,000 pictures of 10 classes, 32×32". */
export function describeSet(set: ImageSet): string {
  const parts = [
    set.count === null ? 'statistics of an unknown number of pictures' : plural(set.count, 'picture'),
    ...(set.drawnFrom === undefined ? [] : [`drawn from ${formatCount(set.drawnFrom)}`]),
    ...(set.classes === null ? [] : [`of ${plural(set.classes.length, 'class', 'classes')}`]),
  ];
  const skipped = set.skipped.length === 0 ? '' : `, ${plural(set.skipped.length, 'bad picture')} left out`;
  return `${parts.join(' ')}${describeSizes(set)}${skipped}`;
}

function describeSizes({ sizes }: ImageSet): string {
  if (sizes === null) return '';
  const [smallest, largest] = [sizes.smallest, sizes.largest].map((side) => side.join('×'));
  return smallest === largest ? `, ${smallest}` : `, ${smallest} to ${largest}`;
}
