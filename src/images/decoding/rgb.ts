import type { AlphaMode, PictureChange } from '../picture.js';

/** Interleaved uint8 samples: gray; gray and alpha; RGB; RGBA. */
export type Channels = 1 | 2 | 3 | 4;

/** What `writeRgb` does to pictures of so many channels. An alpha channel counts even where it is opaque everywhere. */
export function changesOf(channels: Channels, alpha: AlphaMode): PictureChange[] {
  const changes: PictureChange[] = [];
  if (channels === 2 || channels === 4) changes.push(alpha === 'drop' ? 'alpha-dropped' : 'alpha-composited');
  if (channels <= 2) changes.push('gray-expanded');
  return changes;
}

/**
 * Writes pixels of 1 to 4 channels as RGB to the beginning of `out`, `pixels.length / channels` of them.
 * `drop` keeps the color under transparency as PIL's `convert('RGB')` does; `black` and `white` composite as
 * PIL's `Image.paste` with the alpha as mask, rounding included.
 */
export function writeRgb(pixels: Uint8Array, channels: Channels, alpha: AlphaMode, out: Uint8Array): void {
  if (channels === 3) {
    out.set(pixels);
    return;
  }
  const gray = channels <= 2;
  const hasAlpha = channels === 2 || channels === 4;
  for (let from = 0, to = 0; from < pixels.length; from += channels, to += 3) {
    out[to] = pixels[from];
    out[to + 1] = gray ? pixels[from] : pixels[from + 1];
    out[to + 2] = gray ? pixels[from] : pixels[from + 2];
    if (hasAlpha && alpha !== 'drop') composite(out, to, pixels[from + channels - 1], alpha);
  }
}

function composite(out: Uint8Array, at: number, opacity: number, alpha: 'black' | 'white'): void {
  const background = alpha === 'white' ? 255 * (255 - opacity) : 0;
  for (let c = 0; c < 3; c++) out[at + c] = divideBy255(out[at + c] * opacity + background);
}

/**
 * Divides the color by the alpha that is multiplied into it, in place, as Pillow does where it opens such a file.
 *
 * @param pixels gray and alpha, or RGBA
 */
export function undoAssociatedAlpha(pixels: Uint8Array, channels: 2 | 4): void {
  for (let at = 0; at < pixels.length; at += channels) {
    const alpha = pixels[at + channels - 1];
    if (alpha === 0 || alpha === 255) continue;
    for (let c = 0; c < channels - 1; c++) {
      pixels[at + c] = Math.min(255, Math.floor((pixels[at + c] * 255) / alpha));
    }
  }
}

/**
 * Writes CMYK (0 is no ink) as RGB by PIL's formula, which knows of no ink profiles.
 * `pixels` is uint8 interleaved CMYK; `out` takes 3 bytes for every 4.
 */
export function writeRgbOfCmyk(pixels: Uint8Array, out: Uint8Array): void {
  for (let from = 0, to = 0; from < pixels.length; from += 4, to += 3) {
    const light = 255 - pixels[from + 3];
    for (let c = 0; c < 3; c++) out[to + c] = Math.max(0, light - divideBy255(pixels[from + c] * light));
  }
}

/** Nearest whole number to value / 255, for 0 ≤ value ≤ 255². */
function divideBy255(value: number): number {
  const near = value + 128;
  return ((near >> 8) + near) >> 8;
}
