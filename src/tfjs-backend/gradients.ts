import { getGradient } from '@tensorflow/tfjs-core';

/** A bundle of them that the build makes; the path is the same from src/ and from dist/. */
const BUNDLE = new URL('../../dist/tfjs-gradients.js', import.meta.url);

/**
 * Registers the gradients of tfjs-core, which its main file for Node leaves out. Call it before anything is differentiated; it does
 * nothing if they are registered already.
 */
export async function registerGradients(): Promise<void> {
  if (!getGradient('Neg')) await import(BUNDLE.href);
}
