import { performance } from 'node:perf_hooks';
import { makeRuntimeTensor, type RuntimeSession, type RuntimeTensor, startSession } from '../runtime.js';
import type { FedTensor } from '../tensor.js';
import type { MadeTensor, MovedTensor, OpenedAnswer, SessionAnswer, SessionRequest } from './messages.js';

const ARRAYS = {
  uint8: Uint8Array,
  bool: Uint8Array,
  int32: Int32Array,
  int64: BigInt64Array,
  float16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
} as const satisfies Record<FedTensor['type'], unknown>;

/** The sessions of the thread in which it is. */
export class ServedSessions {
  readonly #sessions = new Map<number, RuntimeSession>();
  #opened = 0;

  /** Does what was asked for. What fails is told in the answer: nothing is thrown. */
  async answer(request: SessionRequest): Promise<SessionAnswer> {
    const start = performance.now();
    const found = await this.#serve(request).catch((error: unknown) => ({ error: messageOf(error) }));
    const returned =
      request.kind === 'run' ? Object.values(request.feeds).map(({ buffer }) => buffer) : undefined;
    return { ...found, returned, ms: performance.now() - start };
  }

  async #serve(request: SessionRequest): Promise<Pick<SessionAnswer, 'opened' | 'made'>> {
    if (request.kind === 'open') return { opened: await this.#open(request) };
    const session = this.#sessions.get(request.session);
    if (!session) throw new Error('the session is closed');
    if (request.kind === 'run') return { made: await run(session, request) };
    this.#sessions.delete(request.session);
    await session.release();
    return {};
  }

  async #open({ model, device, options }: Extract<SessionRequest, { kind: 'open' }>): Promise<OpenedAnswer> {
    const session = await startSession(model, device, options);
    const number = ++this.#opened;
    this.#sessions.set(number, session);
    const { outputNames, inputMetadata, outputMetadata } = session;
    return {
      session: number,
      outputNames: [...outputNames],
      inputMetadata: inputMetadata.map(plainPort),
      outputMetadata: outputMetadata.map(plainPort),
    };
  }
}

async function run(
  session: RuntimeSession,
  { feeds, outputs }: Extract<SessionRequest, { kind: 'run' }>,
): Promise<Record<string, MadeTensor>> {
  const tensors: Record<string, RuntimeTensor> = {};
  for (const [name, moved] of Object.entries(feeds))
    tensors[name] = await makeRuntimeTensor(fedTensor(moved));
  const results = await session.run(tensors, outputs);
  return Object.fromEntries(
    outputs.map((name) => {
      const { type, dims, data } = results[name];
      return [name, { type, dims: [...dims], data: wholeOf(data) }];
    }),
  );
}

function fedTensor({ type, shape, buffer, length }: MovedTensor): FedTensor {
  return { type, shape, data: new ARRAYS[type](buffer, 0, length) } as FedTensor;
}

/** What can move: numbers that have their buffer for themselves. */
function wholeOf(data: unknown): unknown {
  if (!ArrayBuffer.isView(data) || data.byteLength === data.buffer.byteLength) return data;
  return (data as Uint8Array).slice();
}

/** The runtime's own has accessors, which a message would lose. */
function plainPort(port: RuntimeSession['inputMetadata'][number]): RuntimeSession['inputMetadata'][number] {
  const { name } = port;
  return port.isTensor
    ? { isTensor: true, name, type: port.type, shape: [...port.shape] }
    : { isTensor: false, name };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
