import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { performance } from 'node:perf_hooks';

/**
 * Which process owns a lock or a temporary file, as its name says it. A process number alone is taken by another process sooner or
 * later: numbers wrap, and the first process of every container is number 1.
 */
export interface Owner {
  /** Within it, process numbers can be compared: a digest of host, boot and namespace of process numbers. */
  readonly space: string;
  readonly pid: number;
  /** When the process started; on Linux, in ticks of the kernel's clock since the boot. */
  readonly start: string;
}

/** What is known of the owner of a lock or of a temporary file. `unknown`: it may run where its number means nothing here. */
export type OwnerState = 'alive' | 'dead' | 'unknown';

/** A tag: space, process number, start and a random number. */
export const TAG_PATTERN = '[0-9a-f]{12}-[1-9][0-9]{0,9}-[0-9a-z]{1,16}-[0-9a-f]{12}';

const TAG = new RegExp(`^${TAG_PATTERN}$`);
const LARGEST_PID = 2 ** 31 - 1;

let self: Owner | undefined;

/** This process as an owner. */
export function thisProcess(): Owner {
  self ??= identify();
  return self;
}

/** A new name for something that an owner has; different each time, at most 56 characters. */
export function makeTag({ space, pid, start } = thisProcess()): string {
  return `${space}-${pid}-${start}-${randomBytes(6).toString('hex')}`;
}

/** The owner that a tag names; undefined for what is no tag. */
export function ownerOf(tag: string): Owner | undefined {
  if (!TAG.test(tag)) return undefined;
  const [space, pid, start] = tag.split('-');
  return { space, pid: Number(pid), start };
}

/** Whether an owner lives, as far as that can be known from here. */
export function stateOf({ space, pid, start }: Owner, here = thisProcess()): OwnerState {
  if (space !== here.space || pid > LARGEST_PID) return 'unknown';
  if (pid === here.pid) return start === here.start ? 'alive' : 'dead';
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'dead';
  }
  const running = readProcess(String(pid));
  // Without /proc, or where it hides other users' processes, a number in use may be anybody's.
  if (!running) return 'unknown';
  // A zombie has ended; only its number is still in use, until its parent asks for it.
  return running.start !== start || /[ZXx]/.test(running.state) ? 'dead' : 'alive';
}

function identify(): Owner {
  const own = process.platform === 'linux' ? readProcess('self') : undefined;
  // A /proc of another namespace of processes would show another number.
  if (own?.pid === process.pid) {
    const space = readSpace();
    if (space) return { space, pid: own.pid, start: own.start };
  }
  const start = Math.round(performance.timeOrigin).toString(36);
  return { space: digest(factsOfMachine()), pid: process.pid, start };
}

/** Where Linux doesn't say which namespace this is, containers may look alike in all else: no other process is comparable. */
function factsOfMachine(): string[] {
  if (process.platform === 'linux') return [randomBytes(16).toString('hex')];
  return [process.platform, hostname(), ...hardwareAddresses()];
}

function readSpace(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return digest([hostname(), boot, readlinkSync('/proc/self/ns/pid')]);
  } catch {
    return undefined;
  }
}

/** Tells apart machines of the same name where there is no number of the boot. */
function hardwareAddresses(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const own = addresses.filter(({ internal, mac }) => !internal && !/^[0:]*$/.test(mac));
  return [...new Set(own.map(({ mac }) => mac))].sort();
}

/** What Linux says of a process; undefined where it says nothing. */
function readProcess(id: string): { pid: number; state: string; start: string } | undefined {
  try {
    const text = readFileSync(`/proc/${id}/stat`, 'utf8');
    // The name of the program stands in parentheses, and may hold spaces and parentheses.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state, start] = [fields[0], fields[19]];
    if (!/^\d+$/.test(start)) return undefined;
    return { pid: Number.parseInt(text, 10), state, start: BigInt(start).toString(36) };
  } catch {
    return undefined;
  }
}

function digest(facts: readonly string[]): string {
  return createHash('sha256').update(facts.join('\0')).digest('hex').slice(0, 12);
}
