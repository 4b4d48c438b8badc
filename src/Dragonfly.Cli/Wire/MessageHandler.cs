// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Cli.Wire;

/// <summary>Takes one message of a call; the bytes are valid during the call only.</summary>
internal delegate void MessageHandler(ReadOnlySpan<byte> message);
