// Loaded before a program that the ledger runs: asks it to stop, and to keep what is done, when the process that began it is gone, however
// that ended (after SIGKILL too). Their channel closes by itself then.
import process from 'node:process';

process.once('disconnect', () => process.kill(process.pid, 'SIGINT'));
// The channel alone keeps no program from its end.
process.channel?.unref();
