import { describe, expect, it } from 'vitest';
import { findPublishedDivisor } from '../../src/evaluate/published-divisor.js';
import { loadArchitecture } from '../../src/networks/architectures/index.js';
import { inputUnderProfile, type NetworkCard } from '../../src/networks/cards/card.js';
import { PROFILES } from '../../src/networks/preprocessing/profiles.js';

const NAMES = ['inception-v3', 'mae-vit-l-16', 'dinov2-vit-l-14'] as const;

/** The card of a network as a run of a profile has it. */
async function cardUnder(
  name: (typeof NAMES)[number],
  profile: 'fdr' | 'torch-fidelity',
): Promise<NetworkCard> {
  const { input, outputs } = await (
    await loadArchitecture(name === 'inception-v3' ? 'inception-v3-fid' : name)
  ).describe();
  const fed = {
    ...inputUnderProfile(input, profile),
    ...(input.followsProfile && PROFILES[profile].inception),
  };
  return { name, input: fed, outputs };
}

describe('published divisors', () => {
  it.each([
    ['inception-v3', []],
    ['mae-vit-l-16', ['bfloat16']],
    ['dinov2-vit-l-14', ['bfloat16', '256 pixels']],
  ] as const)('of %s: what differs is said, and that it was fed otherwise', async (name, causes) => {
    const found = findPublishedDivisor('imagenet-256', await cardUnder(name, 'fdr'));
    const wanted = causes.map((cause) => expect.stringContaining(cause));
    expect(found && 'value' in found && (found.differences ?? [])).toEqual(wanted);
    expect(findPublishedDivisor('imagenet-256', await cardUnder(name, 'torch-fidelity'))).toMatchObject({
      differences: [...wanted, expect.stringContaining('pass --profile fdr')],
    });
  });

  it('are of no other network, nor of features of a file', async () => {
    const card = { ...(await cardUnder('mae-vit-l-16', 'fdr')), name: 'constructor' };
    expect(findPublishedDivisor('imagenet-256', card)).toBeNull();
    expect(findPublishedDivisor('imagenet-256', undefined)).toBeNull();
  });
});
