import { readFileSync } from 'node:fs';
import type { DecodeSettings } from './decode-picture.js';

/** The decoders are pinned to exact versions, so that the package's own description says which they are. */
export function describeDecoding({ alpha, pixelLimit }: DecodeSettings): string {
  const description = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  const { sharp, '@cornerstonejs/codec-libjpeg-turbo-8bit': turbo } = description.dependencies;
  return `rgb@1 sharp ${sharp} libjpeg-turbo ${turbo} alpha ${alpha} limit ${pixelLimit}`;
}
