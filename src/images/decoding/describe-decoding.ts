import { readFileSync } from 'node:fs';
import type { DecodeSettings } from './decode-settings.js';

/** The decoders are pinned to exact versions, so that the package's own description says which they are. */
export function describeDecoding({ alpha, pixelLimit, bitDepth, range }: DecodeSettings): string {
  const description = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  const { sharp, '@cornerstonejs/codec-libjpeg-turbo-8bit': turbo } = description.dependencies;
  const stated = [
    ...(bitDepth === undefined ? [] : [` bits ${bitDepth}`]),
    ...(range === undefined ? [] : [` range ${range}`]),
  ].join('');
  return `rgb@2 sharp ${sharp} libjpeg-turbo ${turbo} alpha ${alpha} limit ${pixelLimit}${stated}`;
}
