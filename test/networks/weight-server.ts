import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Answer = (request: IncomingMessage, response: ServerResponse, time: number) => void;

/** A server on the loopback address that answers as a test wants, and remembers what it was asked. */
export class WeightServer {
  readonly requests: { readonly path: string; readonly range?: string; readonly ifRange?: string }[] = [];
  #server: Server | undefined;
  #answer: Answer;

  constructor(answer: Answer) {
    this.#answer = answer;
  }

  async start(): Promise<this> {
    this.#server = createServer((request, response) => {
      const { range, 'if-range': ifRange } = request.headers;
      this.requests.push({ path: request.url ?? '', range, ifRange: ifRange as string | undefined });
      this.#answer(request, response, this.requests.length);
    });
    await new Promise<void>((resolve) => this.#server?.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server!.address() as AddressInfo).port}`;
  }

  /** Breaks every connection; what the other side has not read yet is lost. */
  breakOff(): void {
    this.#server?.closeAllConnections();
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }
}

/** Serves the bytes as a good server does, with ranges. */
export function serve(bytes: Buffer, etag = '"one"'): Answer {
  return ({ headers }, response) => {
    const start = startOf(headers.range);
    const same = headers['if-range'] === undefined || headers['if-range'] === etag;
    if (start === undefined || !same) {
      response.writeHead(200, { 'content-length': bytes.length, etag }).end(bytes);
    } else if (start >= bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    } else {
      const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
      const head = { 'content-length': bytes.length - start, 'content-range': range, etag };
      response.writeHead(206, head).end(bytes.subarray(start));
    }
  };
}

/** Sends so many bytes of the body and then nothing more. */
export function stallAfter(bytes: Buffer, count: number, etag = '"one"'): Answer {
  return (_, response) => {
    response.writeHead(200, { 'content-length': bytes.length, etag });
    response.write(bytes.subarray(0, count));
  };
}

/** One answer after the other; the last one stays. */
export function inTurn(...answers: Answer[]): Answer {
  return (request, response, time) => answers[Math.min(time, answers.length) - 1](request, response, time);
}

function startOf(range: string | undefined): number | undefined {
  const [, start] = /^bytes=(\d+)-$/.exec(range ?? '') ?? [];
  return start === undefined ? undefined : Number(start);
}
