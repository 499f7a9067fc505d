#!/bin/sh
# forge with the repository as its root: the libraries lie in the root's node_modules, and solc names sources by their path.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
export FOUNDRY_CONFIG="$root/evm-contracts/foundry.toml" FOUNDRY_DISABLE_NIGHTLY_WARNING=1
cd "$root"
exec node_modules/.bin/forge "$@"
