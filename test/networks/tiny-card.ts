import { createHash } from 'node:crypto';
import type { NetworkCard } from '../../src/networks/cards/card.js';

export function digestOfBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A card for the bytes of `tinyNetwork`. */
export function tinyCard(name: string, bytes: Uint8Array): NetworkCard {
  return {
    name,
    sha256: digestOfBytes(bytes),
    input: {
      name: 'image',
      layout: 'NCHW',
      size: 8,
      resize: 'bilinear',
      normalize: { scale: 1, offset: 0 },
    },
    outputs: { features: { name: 'features', width: 3 }, logits: { name: 'logits', width: 2 } },
  };
}
