import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { codeOf } from '../../core/error-code.js';
import { NetworkError } from '../../core/errors.js';
import { parseJson } from '../../core/parse-json.js';
import { neutralize } from '../../escape/neutralize.js';
import type { MlflowAddress } from './address.js';

const API = '/api/2.0/mlflow/';
const MAX_ANSWER_BYTES = 2 ** 20;
const MAX_REASON = 300;
const TRIES = 3;
const TIMEOUT_MS = 10_000;

/** How long a server is waited for. */
export interface ClientLimits {
  /** Of one request, all together. @default 10000 */
  readonly timeoutMs?: number;
  /** Before the second try; each further one waits four times as long. @default 200 */
  readonly backoffMs?: number;
  /** Ends requests and waits at once. */
  readonly signal?: AbortSignal;
}

/** A server that answered, and would not do what it was asked. */
export class MlflowRefusal extends NetworkError {
  override readonly name = 'MlflowRefusal';

  constructor(
    message: string,
    /** As MLflow names it: RESOURCE_DOES_NOT_EXIST. */
    readonly reason: string | undefined,
  ) {
    super(message);
  }
}

/** An answer that another try may better. */
class Passing extends Error {}

/** Talks to MLflow's REST API. It follows no redirect, and reads no more of an answer than one has. */
export class MlflowClient {
  #dispatcher: Dispatcher | undefined;

  constructor(
    private readonly address: MlflowAddress,
    private readonly limits: ClientLimits = {},
  ) {}

  /**
   * Asks for one thing.
   *
   * @returns what the server answers, an object of whatever form
   * @throws {NetworkError} if the server is away, answers something else, or refuses
   * @throws the signal's reason
   */
  async ask(
    method: 'GET' | 'POST',
    path: string,
    fields: Readonly<Record<string, unknown>>,
  ): Promise<Record<string, unknown>> {
    const { backoffMs = 200, signal } = this.limits;
    for (let tries = 1; ; tries++) {
      try {
        return await this.#ask(method, path, fields);
      } catch (error) {
        if (!(error instanceof Passing)) throw error;
        if (tries === TRIES) throw this.#failed(error.message);
        await sleep(backoffMs * 4 ** (tries - 1), undefined, { signal }).catch(() =>
          signal?.throwIfAborted(),
        );
      }
    }
  }

  async close(): Promise<void> {
    await this.#dispatcher?.destroy();
  }

  async #ask(
    method: 'GET' | 'POST',
    path: string,
    fields: Readonly<Record<string, unknown>>,
  ): Promise<Record<string, unknown>> {
    const { statusCode, body } = await this.#send(method, path, fields);
    if (statusCode >= 300 && statusCode < 400)
      throw this.#failed('leads to another address, which is not followed');
    const answer = readObject(body);
    if (statusCode === 200) {
      if (answer) return answer;
      throw this.#failed('answers, and not as MLflow does');
    }
    const said = textOf(answer?.message);
    const why = `answers ${statusCode}${said ? ` (${neutralize(said.slice(0, MAX_REASON))})` : ''}`;
    if (statusCode >= 500 || statusCode === 429) throw new Passing(why);
    const hint = statusCode === 401 || statusCode === 403 ? '; a token goes into MLFLOW_TRACKING_TOKEN' : '';
    throw new MlflowRefusal(this.#failed(`${why}${hint}`).message, textOf(answer?.error_code));
  }

  async #send(method: 'GET' | 'POST', path: string, fields: Readonly<Record<string, unknown>>) {
    const { request } = await import('undici');
    const { url, token } = this.address;
    const { timeoutMs = TIMEOUT_MS, signal } = this.limits;
    signal?.throwIfAborted();
    const query =
      method === 'GET' ? `?${new URLSearchParams(fields as Record<string, string>).toString()}` : '';
    try {
      const { statusCode, body } = await request(`${url}${API}${path}${query}`, {
        method,
        headers: {
          'user-agent': 'ganeval',
          'content-type': 'application/json',
          ...(token && { authorization: `Bearer ${token}` }),
        },
        body: method === 'POST' ? JSON.stringify(fields) : undefined,
        dispatcher: await this.#open(timeoutMs),
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]),
      });
      return { statusCode, body: await readBody(body) };
    } catch (error) {
      signal?.throwIfAborted();
      if ((error as Error).name === 'TimeoutError')
        throw this.#failed(`gives no answer in ${timeoutMs / 1000} s`);
      throw new Passing(`cannot be reached (${codeOf(error) ?? (error as Error).message})`);
    }
  }

  async #open(timeoutMs: number): Promise<Dispatcher> {
    if (this.#dispatcher) return this.#dispatcher;
    const { Agent, EnvHttpProxyAgent } = await import('undici');
    const connect = { timeout: timeoutMs };
    // A proxy is another machine, which is not to see what is for this one alone.
    this.#dispatcher = this.address.isLocal ? new Agent({ connect }) : new EnvHttpProxyAgent({ connect });
    return this.#dispatcher;
  }

  #failed(why: string): NetworkError {
    return new NetworkError(`${this.address.url} ${why}; what is not sent yet stays in watch.jsonl.`);
  }
}

async function readBody(body: Dispatcher.ResponseData['body']): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += (piece as Buffer).length;
    if (bytes > MAX_ANSWER_BYTES) {
      body.on('error', () => undefined).destroy();
      return Buffer.alloc(0);
    }
    pieces.push(piece as Buffer);
  }
  return Buffer.concat(pieces);
}

function readObject(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value = parseJson(body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
