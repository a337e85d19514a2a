import { ImagesError } from '../core/errors.js';
import { isNameOfPictures } from '../evaluate/opening/open-pictures.js';
import { lookAt } from './sets/watched-folder.js';

/** All files of a reference are not looked at more often. */
const LEAST_PAUSE_MS = 20_000;

/** Sees whether somebody writes to the reference: values before and after that could not be compared. */
export class ReferenceGuard {
  #mark: string | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly path: string | undefined,
    private readonly pauseMs: number = LEAST_PAUSE_MS,
  ) {}

  async begin(): Promise<void> {
    this.#mark = await this.#look();
  }

  /** @throws {ImagesError} if it changed, or is gone */
  async requireUnchanged(): Promise<void> {
    if (this.#mark === undefined || performance.now() - this.#lookedAt < this.pauseMs) return;
    if ((await this.#look()) === this.#mark) return;
    throw referenceChanged(this.path);
  }

  async #look(): Promise<string | undefined> {
    if (this.path === undefined || isNameOfPictures(this.path)) return undefined;
    const look = await lookAt(this.path);
    this.#lookedAt = performance.now();
    return look?.mark;
  }
}

/** @param path where it is known */
export function referenceChanged(path?: string): ImagesError {
  return new ImagesError(
    `The reference${path === undefined ? '' : ` ${path}`} changed while it was watched with, and values before and after could not be compared: put it back, or watch another folder with it.`,
  );
}
