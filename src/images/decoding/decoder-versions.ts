/**
 * Versions of sharp and its libvips.
 *
 * @throws the loader's error where they cannot be loaded
 */
export async function decoderVersions(): Promise<{ sharp: string; libvips: string }> {
  const { versions } = (await import('sharp')).default;
  return { sharp: versions.sharp ?? 'unknown', libvips: versions.vips };
}
