import { createContext, Script } from 'node:vm';
import { Tokenizer } from '@huggingface/tokenizers';
import { NetworkError } from '../../../core/errors.js';
import { shorten } from '../../../images/naming/name-some.js';
import { isLowering, type TokenizerContent } from './tokenizer-schema.js';

/** Of some texts; the patterns of a tokenizer may never end. */
const PATIENCE_MS = 60_000;
/** Longer texts are cut to it: no tower takes as many tokens. */
const MAX_LENGTH = 2 ** 12;

/** How token numbers are laid out for a tower. */
export interface TokenLayout {
  /** Tokens of every text. */
  readonly length: number;
  /** What fills up shorter texts; undefined where the tokenizer names nothing. */
  readonly pad?: number;
  /** Whether they are filled up in front. @default false */
  readonly isPaddedLeft?: boolean;
}

/** A text as a tower takes it. */
export interface TokenizedText {
  /** Numbers of tokens [length]. */
  readonly ids: readonly number[];
  /** Which of these are padding. */
  readonly isPadding: readonly boolean[];
  /** Whether the text has more tokens. */
  readonly isCut: boolean;
}

/** Turns texts into numbers of tokens by a `tokenizer.json`. */
export class TextTokenizer {
  readonly #tokenizer: Tokenizer;
  readonly #lowers: boolean;
  readonly #path: string;
  /** Tokens that each text gets beside its own. */
  readonly #extra: number;
  readonly #patienceMs: number;

  /**
   * @param path of the file, for messages
   * @param config of `tokenizer_config.json`
   * @param patienceMs how long some texts may take
   * @throws {NetworkError} for a tokenizer that cannot be made
   */
  constructor(
    path: string,
    content: TokenizerContent,
    config: Readonly<Record<string, unknown>>,
    patienceMs = PATIENCE_MS,
  ) {
    this.#path = path;
    this.#patienceMs = patienceMs;
    const made = this.#within(() => {
      const tokenizer = new Tokenizer({ decoder: null, ...content }, config);
      return { tokenizer, extra: endsOf(tokenizer, []).length };
    });
    this.#tokenizer = made.tokenizer;
    this.#extra = made.extra;
    this.#lowers = isLowering(content.normalizer) || config.do_lowercase_and_remove_accent === true;
  }

  /** The number of a token; undefined where it is not in the vocabulary. */
  find(token: string): number | undefined {
    return this.#tokenizer.token_to_id(token);
  }

  /**
   * @returns texts with their special tokens, cut and padded to the length
   * @throws {NetworkError} for a text that the tokenizer has no tokens for, and for one that takes too long
   */
  encode(texts: readonly string[], layout: TokenLayout): TokenizedText[] {
    return this.#within(() => texts.map((text) => this.#encode(text, layout)));
  }

  #encode(text: string, { length, pad, isPaddedLeft = false }: TokenLayout): TokenizedText {
    const begin = text.slice(0, MAX_LENGTH);
    const { ids: own } = this.#tokenizer.encode(this.#lowers ? lowerSigma(begin) : begin, {
      add_special_tokens: false,
    });
    const room = Math.max(0, length - this.#extra);
    const ids = endsOf(this.#tokenizer, own.slice(0, room));
    if (!ids.every(Number.isSafeInteger)) {
      throw this.#fault(`has no token for a part of ${JSON.stringify(shorten(text))}`);
    }
    const missing = length - ids.length;
    if (missing < 0) throw this.#fault(`adds ${this.#extra} tokens where the tower takes ${length} in all`);
    if (missing > 0 && pad === undefined) {
      throw this.#fault('names no token for padding (pad_token in tokenizer_config.json)');
    }
    const padding = new Array<number>(missing).fill(pad ?? 0);
    const isOwn = ids.map(() => false);
    const isPad = padding.map(() => true);
    return {
      ids: isPaddedLeft ? [...padding, ...ids] : [...ids, ...padding],
      isPadding: isPaddedLeft ? [...isPad, ...isOwn] : [...isOwn, ...isPad],
      isCut: own.length > room || begin.length < text.length,
    };
  }

  /** Runs some work of the package, which patterns of a file may let run without end. */
  #within<T>(work: () => T): T {
    try {
      return runWithin(work, this.#patienceMs);
    } catch (error) {
      if (error instanceof NetworkError) throw error;
      const { code, message } = error as NodeJS.ErrnoException;
      throw code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
        ? this.#fault(`takes more than ${this.#patienceMs / 1000} s for a few texts`)
        : this.#fault(`cannot be used (${shorten(String(message))})`);
    }
  }

  #fault(reason: string): NetworkError {
    return new NetworkError(
      `The tokenizer ${this.#path} ${reason}: take the one of the model that the tower was exported from.`,
    );
  }
}

/** Tokens with the special ones that begin and end a text, as numbers. */
function endsOf(tokenizer: Tokenizer, ids: readonly number[]): number[] {
  if (!tokenizer.post_processor) return [...ids];
  // It puts its own tokens, by name, around whatever it is given.
  const { tokens } = tokenizer.post_processor(ids, null, true) as { tokens: (string | number)[] };
  return tokens.map((each) =>
    typeof each === 'number' ? each : (tokenizer.token_to_id(each) ?? Number.NaN),
  );
}

/**
 * JavaScript makes a capital sigma at the end of a word a final one, and the tokenizers that models were trained with do not: they look at
 * one letter at a time.
 */
function lowerSigma(text: string): string {
  return text.replaceAll('Σ', 'σ');
}

const place: { work?: () => unknown; result?: unknown } = {};
let running: { readonly script: Script; readonly context: object } | undefined;

/** Calls a function, which is ended after some time, even in the middle of a pattern. */
function runWithin<T>(work: () => T, timeout: number): T {
  running ??= {
    script: new Script('place.result = place.work()'),
    context: createContext({ place }),
  };
  place.work = work;
  try {
    running.script.runInContext(running.context, { timeout });
    return place.result as T;
  } finally {
    place.work = undefined;
    place.result = undefined;
  }
}
