import { UsageError } from '../../core/errors.js';

/** Where an MLflow server is, and how one talks to it. */
export interface MlflowAddress {
  /** Without a slash at its end. */
  readonly url: string;
  readonly isLocal: boolean;
  readonly token?: string;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Checks the address of an MLflow server.
 *
 * @param token is sent along, where nobody between can read it
 * @throws {UsageError} for what is no such address, and for a token that others could read
 */
export function parseMlflowAddress(text: string, token?: string): MlflowAddress {
  const wrong = (why: string) => new UsageError(`--mlflow cannot be ${JSON.stringify(text)}: ${why}.`);
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    throw wrong(
      'it takes the address of a server, as http://127.0.0.1:5000 ("mlflow server" starts one; MLflow itself opens folders no more)',
    );
  }
  const { protocol, hostname, username, password, search, hash, origin, pathname } = new URL(text);
  if (username || password) throw wrong('it takes no password; put a token into MLFLOW_TRACKING_TOKEN');
  if (search || hash) throw wrong('it takes an address without ? and #');
  const isLocal = LOOPBACK.test(hostname);
  if (token && protocol !== 'https:' && !isLocal) {
    throw wrong('MLFLOW_TRACKING_TOKEN is sent only over https, or to this machine');
  }
  if (token && !/^[\x21-\x7e]+$/.test(token)) {
    throw new UsageError(
      'MLFLOW_TRACKING_TOKEN has characters that no token has: set it without spaces and line breaks.',
    );
  }
  return { url: `${origin}${pathname}`.replace(/\/+$/, ''), isLocal, ...(token && { token }) };
}
