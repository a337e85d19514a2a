import envPaths from 'env-paths';

/** The folder of the cache: the one given, or the place that the system has for such things. */
export function cacheFolder(folder?: string): string {
  return folder ?? envPaths('ganeval', { suffix: '' }).cache;
}
