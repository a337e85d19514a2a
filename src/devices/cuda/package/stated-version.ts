/** `\0` and the beginning of every version of ONNX Runtime. */
const BEGINNING = Buffer.from('\x001.');
/** As ONNX Runtime counts since 2020, alone between zeros. */
const VERSION = /^\0(1\.\d{2}\.\d{1,2})\0/;
const LONGEST = '\x001.99.99\x00'.length;

/** Looks for the version of ONNX Runtime in a provider's bytes, which hold it as a text of its own. */
export class StatedVersion {
  readonly #found = new Set<string>();
  #tail = Buffer.alloc(0);

  /** @param piece the next bytes */
  update(piece: Buffer): void {
    const bytes = Buffer.concat([this.#tail, piece]);
    for (let at = bytes.indexOf(BEGINNING); at >= 0; at = bytes.indexOf(BEGINNING, at + 1)) {
      const [, version] = VERSION.exec(bytes.toString('latin1', at, at + LONGEST)) ?? [];
      if (version !== undefined) this.#found.add(version);
    }
    this.#tail = Buffer.from(bytes.subarray(-LONGEST + 1));
  }

  /** Another version than the one that is expected, where only others are found. */
  otherThan(version: string): string | undefined {
    const [first] = this.#found;
    return this.#found.has(version) ? undefined : first;
  }
}
