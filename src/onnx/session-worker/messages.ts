import type { Device } from '../../devices/device-choices.js';
import type { RuntimePort, StartOptions } from '../runtime.js';
import type { FedTensor } from '../tensor.js';

/** A tensor whose buffer moves to the thread of sessions, and comes back with the answer. It may be longer than the numbers. */
export interface MovedTensor {
  readonly type: FedTensor['type'];
  readonly shape: readonly number[];
  readonly buffer: ArrayBuffer;
  /** Numbers in it. */
  readonly length: number;
}

/** An output, as the runtime names its type. */
export interface MadeTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
}

/** What the main thread asks for; each is answered in turn. */
export type SessionRequest =
  | {
      readonly kind: 'open';
      readonly model: Uint8Array | string;
      readonly device: Device;
      readonly options: StartOptions;
    }
  | {
      readonly kind: 'run';
      readonly session: number;
      readonly feeds: Readonly<Record<string, MovedTensor>>;
      readonly outputs: readonly string[];
    }
  | { readonly kind: 'close'; readonly session: number };

/** A session that was opened. */
export interface OpenedAnswer {
  /** Its number in the thread. */
  readonly session: number;
  readonly outputNames: readonly string[];
  readonly inputMetadata: readonly RuntimePort[];
  readonly outputMetadata: readonly RuntimePort[];
}

/** What the thread found. */
export interface SessionAnswer {
  readonly opened?: OpenedAnswer;
  readonly made?: Readonly<Record<string, MadeTensor>>;
  /** The message of what was thrown. */
  readonly error?: string;
  /** Buffers of the feeds. */
  readonly returned?: readonly ArrayBuffer[];
  /** How long it took there. */
  readonly ms: number;
}

/** A message to the thread; `'end'` lets it end. */
export type SessionMessage = { readonly id: number; readonly request: SessionRequest } | 'end';

/** Its answer. */
export interface SessionReply {
  readonly id: number;
  readonly answer: SessionAnswer;
}
