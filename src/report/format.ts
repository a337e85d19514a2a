import type { TerminalOptions } from './text/terminal-page.js';

/** A format in which documents of one kind are written to a file. */
export interface ReportFormat<Document> {
  /** Names the format; the command line's flag is this after two dashes. */
  readonly id: string;
  /** Usual ending of such a file, without the dot. */
  readonly extension: string;
  /** What is in the file, after "File for": "a row per number". */
  readonly what: string;
  /** Whether it shows pictures of the sets, which are then gathered while the document is made. @default false */
  readonly showsPictures?: boolean;
  /** Makes the file's content. Its module is loaded only when it is called. */
  render(document: Document): Promise<string>;
}

/** Everything that can be made of documents of one kind. A new format is one new file and one line in `formats`. */
export interface ReportKind<Document> {
  /** In the order of help texts. */
  readonly formats: readonly ReportFormat<Document>[];
  /** Makes the text that a person sees at a terminal. */
  renderTerminal(document: Document, options: TerminalOptions): Promise<string>;
}
