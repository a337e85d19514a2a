import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { profileRun, profileSoFar, recordTime, timePart } from '../../src/core/run-profile.js';
import { describeProfile } from '../../src/report/text/describe-profile.js';

describe('the profile of a run', () => {
  it('adds up what each thread does, and calls the rest of the main one other', async () => {
    const { result, profile } = await profileRun(async () => {
      recordTime('decoder 10', 'decode', 3);
      recordTime('decoder 2', 'decode', 1);
      recordTime('decoder 2', 'decode', 4);
      recordTime('decoder 2', 'inspect', 9);
      await timePart('infer', () => sleep(20));
      return 7;
    });
    expect(result).toBe(7);
    expect(profile.shares.map(({ thread, part }) => `${thread} ${part}`)).toEqual([
      'main infer',
      'main other',
      'decoder 2 inspect',
      'decoder 2 decode',
      'decoder 10 decode',
    ]);
    const [infer, other, , decode] = profile.shares;
    expect(decode.ms).toBe(5);
    expect(infer.ms).toBeGreaterThan(15);
    expect(infer.ms + other.ms).toBeCloseTo(profile.wallMs, 6);
  });

  it('is of its own run alone, and of none where nobody asked', async () => {
    recordTime('main', 'decode', 1000);
    expect(profileSoFar()).toBeUndefined();
    const runs = [1, 2].map((ms) =>
      profileRun(async () => {
        await sleep(1);
        recordTime('session', 'infer', ms);
      }),
    );
    const profiles = await Promise.all(runs);
    expect(profiles.map(({ profile }) => profile.shares.find(({ part }) => part === 'infer')?.ms)).toEqual([
      1, 2,
    ]);
  });

  it('is shown by thread with its share of the time', () => {
    const shares = [
      { thread: 'main', part: 'wait', ms: 500 },
      { thread: 'main', part: 'other', ms: 0.1 },
      { thread: 'decoder 1', part: 'decode', ms: 2000 },
    ] as const;
    expect(describeProfile({ wallMs: 2000, shares })).toEqual([
      'Where 2.0 s went (threads work at the same time):',
      `  main       wait for pictures  0.5 s   25 %  ${'█'.repeat(8)}`,
      `  decoder 1  decode pictures    2.0 s  100 %  ${'█'.repeat(30)}`,
    ]);
  });
});
