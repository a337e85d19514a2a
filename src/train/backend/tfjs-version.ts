import { createRequire } from 'node:module';

/** Version of the tfjs that is installed. */
export function tfjsVersion(): string {
  return createRequire(import.meta.url)('@tensorflow/tfjs-core/package.json').version;
}
