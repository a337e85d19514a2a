import sharp from 'sharp';

/** 23×19 pixels without flat areas, the same every time. */
export const noise = Buffer.from(
  Array.from({ length: 23 * 19 * 4 }, (_, i) => (i * 97 + ((i * i) >> 3)) & 255),
);
/** The same as a picture. */
export const raw = (channels: 1 | 2 | 3 | 4) =>
  sharp(noise.subarray(0, 23 * 19 * channels), { raw: { width: 23, height: 19, channels } }).toColorspace(
    channels < 3 ? 'b-w' : 'srgb',
  );
