import { ImagesError } from '../../core/errors.js';
import type { InputFile } from './input-file.js';
import type { InputForm } from './input-form.js';

export const GZIP_MARK = '1f8b';

/** A packed file that no other form takes: known only to say what to do with it. */
export const GZIP: InputForm = {
  id: 'gzip',
  matches: (file) => file.startsWith(GZIP_MARK),
  list: refuse,
};

async function refuse({ path }: InputFile): Promise<never> {
  throw new ImagesError(
    `${JSON.stringify(path)} is packed by gzip, where no picture can be reached without all before it: unpack it with gunzip first.`,
  );
}
