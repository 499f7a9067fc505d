// SPDX-License-Identifier: GPL-3.0-only
// Generated from circuits.json. Do not edit.
pragma circom 2.2.3;

include "AtMost.circom";

component main = AtMost(40);
