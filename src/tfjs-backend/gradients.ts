import { getGradient } from '@tensorflow/tfjs-core';

/** What the build bundles from tfjs-core; the path is the same from src/ and from dist/. */
const BUNDLE = new URL('../../dist/tfjs-gradients.js', import.meta.url);

/**
 * Registers tfjs-core's gradients, which its main file for Node leaves to the package `@tensorflow/tfjs`. Needed before
 * anything is differentiated; does nothing where they are registered.
 */
export async function registerGradients(): Promise<void> {
  if (!getGradient('Neg')) await import(BUNDLE.href);
}
