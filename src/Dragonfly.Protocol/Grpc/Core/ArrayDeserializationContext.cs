// SPDX-License-Identifier: Apache-2.0

using System.Buffers;

namespace Grpc.Core;

/// <summary>Shows an array as a received message.</summary>
internal sealed class ArrayDeserializationContext(byte[] payload) : DeserializationContext
{
    public override int PayloadLength => payload.Length;

    public override byte[] PayloadAsNewBuffer() => payload;

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(payload);
}
