// SPDX-License-Identifier: GPL-3.0-only
pragma circom 2.2.3;

include "AssetState.circom";

component main {public [policy, commitment, bound]} = AssetState(16);
