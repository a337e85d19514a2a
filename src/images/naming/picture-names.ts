import { extname } from 'node:path/posix';

/** Extensions of pictures. SVG is none of them: it may refer to other files. */
const PICTURE_EXTENSIONS: ReadonlySet<string> = new Set([
  '.png',
  '.jpg',
  '.jpeg',
  '.jpe',
  '.jfif',
  '.webp',
  '.gif',
  '.tif',
  '.tiff',
  '.avif',
  '.bmp',
  '.dib',
  '.pbm',
  '.pgm',
  '.ppm',
  '.pnm',
  '.pam',
  // Pictures that are not read: each counts as one, and is bad with its reason. Left out, they would be missed by nobody.
  '.jxl',
  '.jp2',
  '.j2k',
  '.jpx',
  '.jpf',
  '.j2c',
  '.jxr',
  '.heic',
  '.heif',
  '.dds',
  '.exr',
  '.tga',
  '.psd',
  '.pcx',
  '.pfm',
  '.qoi',
  '.dcm',
  '.dng',
  '.cr2',
  '.nef',
  '.arw',
]);

/** The kinds that are read, for sentences. */
export const READ_KINDS = 'PNG, JPEG, WebP, GIF, TIFF, AVIF, BMP or PGM/PPM';

/** Written by desktops and archivers; left out without a warning. */
const CLUTTER: ReadonlySet<string> = new Set(['thumbs.db', 'desktop.ini', '__macosx']);

const WITHOUT_EXTENSION = 'without extension';

export function isPictureName(path: string): boolean {
  return PICTURE_EXTENSIONS.has(extname(path).toLowerCase());
}

/** The extension in lower case, or words for its absence. */
export function describeExtension(path: string): string {
  return extname(path).toLowerCase() || WITHOUT_EXTENSION;
}

/** Whether a file or folder of this name (without its path) is left out without a warning. */
export function isHiddenName(name: string): boolean {
  return name.startsWith('.') || CLUTTER.has(name.toLowerCase());
}

/** How many files of each kind were left out. */
export class IgnoredFiles {
  readonly #counts = new Map<string, number>();

  add(kind: string): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  get size(): number {
    return this.#counts.size;
  }

  /** "12 .txt, 1 without extension", the most frequent first. */
  toString(): string {
    return [...this.#counts]
      .sort(([, a], [, b]) => b - a)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(', ');
  }

  /** Half sentences about them, if there are any. */
  warnings(): string[] {
    return this.size > 0 ? [`files that are not pictures were left out: ${this}`] : [];
  }

  /** What a folder or archive without pictures has instead. */
  insteadOfPictures(): string {
    return this.size > 0 ? `has no pictures, only ${this}` : 'is empty';
  }
}
