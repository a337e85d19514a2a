import { UsageError } from '../core/errors.js';
import { PROFILE_NAMES, type ProfileName } from '../core/profile-names.js';

/** A network as a person names it: NAME, a file, or either with a profile of its own, as NAME@PROFILE. */
export interface NamedNetwork {
  /** `auto`, the name of a network, or the path of an .onnx file. */
  readonly network: string;
  /** How it is fed, where that is not as the run says. */
  readonly profile?: ProfileName;
}

/**
 * Reads `NAME` or `NAME@PROFILE`. What stands behind the last @ of a path is a part of it, unless it is a profile.
 *
 * @throws {UsageError} for a profile that doesn't exist
 */
export function parseNamedNetwork(text: string): NamedNetwork {
  const at = text.lastIndexOf('@');
  if (at < 0) return { network: text };
  const [network, said] = [text.slice(0, at), text.slice(at + 1)];
  const profile = PROFILE_NAMES.find((name) => name === said);
  if (profile !== undefined && network !== '') return { network, profile };
  if (!/^[\w-]*$/.test(said) || /[\\/]/.test(text)) return { network: text };
  throw new UsageError(
    `There is no profile ${JSON.stringify(said)} for ${JSON.stringify(text)}: write NETWORK@PROFILE with one of ${PROFILE_NAMES.join(', ')}.`,
  );
}

/** The network as rows, rules and documents name it. */
export function labelNetwork(name: string, profile?: ProfileName): string {
  return profile === undefined ? name : `${name}@${profile}`;
}
