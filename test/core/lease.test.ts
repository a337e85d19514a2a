import { expect, test } from 'vitest';
import { KeptOpen, keepMade, lease } from '../../src/core/lease.js';

function things() {
  const log: string[] = [];
  let opened = 0;
  const how = {
    open: () => {
      log.push(`open ${++opened}`);
      return opened;
    },
    close: async (thing: number) => void log.push(`close ${thing}`),
  };
  return { log, how };
}

test('without a keeper, what is leased is closed at the end', async () => {
  const { log, how } = things();
  await (await lease('a', how)).end();
  expect(log).toEqual(['open 1', 'close 1']);
});

test('within a keeper it stays for the next of its key, but for what is not sound; two at once are two', async () => {
  const { log, how } = things();
  const kept = new KeptOpen();
  const use = () => kept.during(async () => lease('a', how));
  const first = await use();
  const second = await use();
  expect([first.value, second.value]).toEqual([1, 2]);
  await first.end();
  await second.end(false);
  expect((await use()).value).toBe(1);
  expect((await kept.during(() => lease('b', how))).value).toBe(3);
  expect(log).toEqual(['open 1', 'open 2', 'close 2', 'open 3']);
});

test('all that is kept is closed with the keeper, and the longest unused where it is much', async () => {
  const { log, how } = things();
  const kept = new KeptOpen();
  for (let key = 0; key < 26; key++) await (await kept.during(() => lease(String(key), how))).end();
  expect(log.filter((each) => each.startsWith('close'))).toEqual(['close 1', 'close 2']);
  await kept.close();
  expect(log.filter((each) => each.startsWith('close'))).toHaveLength(26);
});

test('what cannot be closed keeps nothing else open', async () => {
  const { log, how } = things();
  const kept = new KeptOpen();
  const broken = {
    open: () => 0,
    close: async () => {
      throw new Error('it hangs');
    },
  };
  const leases = [await kept.during(() => lease('broken', broken)), await kept.during(() => lease('a', how))];
  for (const each of leases) await each.end();
  await expect(kept.close()).rejects.toThrow('it hangs');
  expect(log).toEqual(['open 1', 'close 1']);
});

test('what is given back twice is there once', async () => {
  const { log, how } = things();
  const kept = new KeptOpen();
  const first = await kept.during(() => lease('a', how));
  await first.end();
  await first.end();
  const use = () => kept.during(async () => (await lease('a', how)).value);
  expect([await use(), await use()]).toEqual([1, 2]);
  expect(log).toEqual(['open 1', 'open 2']);
});

test('what was made of something is kept within a keeper while its mark is the same', async () => {
  let made = 0;
  const how = (mark: string | undefined, mayKeep?: () => boolean) => ({
    mark,
    make: async () => ++made,
    mayKeep,
  });
  expect([await keepMade('a', how('1')), await keepMade('a', how('1'))]).toEqual([1, 2]);
  const kept = new KeptOpen();
  const make = (mark?: string, mayKeep?: () => boolean) =>
    kept.during(() => keepMade('a', how(mark, mayKeep)));
  expect([await make('1'), await make('1'), await make('2'), await make('2'), await make('1')]).toEqual([
    3, 3, 4, 4, 5,
  ]);
  // Without a mark nobody knows whether it is still the same.
  expect([await make(), await make(), await make('1')]).toEqual([6, 7, 8]);
  expect([await make('2', () => false), await make('2')]).toEqual([9, 10]);
});
