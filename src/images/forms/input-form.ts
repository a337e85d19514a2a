import type { FileListing } from '../file-listing.js';
import type { ListingOptions } from '../listing/listing-options.js';
import type { InputFile } from './input-file.js';

/** A form in which sets of pictures are exchanged. All that is known about a form stands in one file of this folder. */
export interface InputForm {
  /** The `kind` of the sources that are opened from it. */
  readonly id: string;
  /**
   * Whether a file's content shows that it is of this form. Asked of all forms, in their order, before any name counts.
   * Absent where the content has no mark of its own.
   */
  readonly matches?: (file: InputFile) => boolean | Promise<boolean>;
  /** Ends of names, in lower case, that count for a file whose content shows no form: it has no mark, or is damaged. */
  readonly extensions?: readonly string[];
  /**
   * Lists the pictures of a file.
   *
   * @throws {ImagesError} if it can't be used
   */
  readonly list: (file: InputFile, options: ListingOptions) => Promise<FileListing>;
  /** For a form of which a set may be several files in one folder. */
  readonly folder?: {
    /** Names of such files. */
    readonly names: RegExp;
    /**
     * Lists the pictures of the files `names` of the folder `path`, in that order.
     *
     * @throws {ImagesError}
     */
    readonly list: (path: string, names: readonly string[], options: ListingOptions) => Promise<FileListing>;
  };
  /** Whether the file is itself a table of labels, so that another one makes no sense. */
  readonly isLabelTable?: boolean;
}
