#!/usr/bin/env node
try {
  const { main } = await import('../dist/program/main.js');
  await main(process.argv.slice(2));
} catch (error) {
  // Node could not even load the program.
  if (!/^E[MN]FILE$/.test(error?.code)) throw error;
  process.stderr.write('ganeval: Too many files are open at once: raise the limit with "ulimit -n 1024".\n');
  process.exitCode = 6;
}
