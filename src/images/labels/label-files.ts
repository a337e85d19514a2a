import { METADATA } from './metadata.js';
import { STYLEGAN_LABELS } from './stylegan-labels.js';

/** Whether a file in a folder or archive may hold labels of its pictures. */
export function isLabelFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name === STYLEGAN_LABELS || METADATA.includes(name);
}
