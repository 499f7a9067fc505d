#!/usr/bin/env node
// What forge runs as its compiler: the locked npm `solc` (WebAssembly) behind the two options forge uses.
// forge puts every source into the standard JSON, so no import callback is needed.
'use strict';
const { createRequire } = require('node:module');
const fs = require('node:fs');

const solc = createRequire(__filename)('solc');
if (process.argv.includes('--version')) {
  process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`);
} else if (process.argv.includes('--standard-json')) {
  process.stdout.write(solc.compile(fs.readFileSync(0, 'utf8')));
} else {
  process.stderr.write('usage: solc --version | --standard-json < input.json\n');
  process.exitCode = 2;
}
