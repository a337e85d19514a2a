import type { StoragePlace } from './guard-storage.js';

/** In the order in which Node looks. */
const VARIABLES = process.platform === 'win32' ? ['TEMP', 'TMP'] : ['TMPDIR', 'TMP', 'TEMP'];

/** What a person should know of the system's folder for temporary files: the variable that names it, where one does. */
export function temporaryPlace(environment: Readonly<NodeJS.ProcessEnv> = process.env): StoragePlace {
  const variable = VARIABLES.find((name) => Boolean(environment[name]));
  return variable === undefined ? {} : { variable };
}
