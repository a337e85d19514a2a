import { createServer } from 'node:http';

/** Serves bytes on the loopback address, in pieces and with ranges, so that a download may be cut and go on. */
export async function startWeightServer(bytes) {
  const server = createServer((request, response) => {
    const [, digits] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
    const start = Number(digits ?? 0);
    if (digits !== undefined && start >= bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
      return;
    }
    const head = { 'content-length': bytes.length - start, etag: '"one"' };
    if (digits === undefined) response.writeHead(200, head);
    else
      response.writeHead(206, {
        ...head,
        'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}`,
      });
    response.end(bytes.subarray(start));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
