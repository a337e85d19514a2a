import { expect, it } from 'vitest';
import type { Session } from '../../../src/onnx/session.js';
import { SessionCache } from '../../../src/tfjs-backend/runner/session-cache.js';

it('closes the session that was not used for longest', async () => {
  const closed: string[] = [];
  const session = (name: string) => ({ close: async () => void closed.push(name) }) as Session;
  const cache = new SessionCache(2);
  await cache.add('a', session('a'));
  await cache.add('b', session('b'));
  expect(cache.get('a')).toBeDefined();
  await cache.add('c', session('c'));
  expect(closed).toEqual(['b']);
  expect(cache.get('b')).toBeUndefined();
  await cache.close();
  expect(closed).toEqual(['b', 'a', 'c']);
  expect(cache.size).toBe(0);
});
