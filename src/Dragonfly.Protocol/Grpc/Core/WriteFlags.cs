// SPDX-License-Identifier: Apache-2.0

namespace Grpc.Core;

/// <summary>How one message is written.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>The message may wait for the next flush.</summary>
    BufferHint = 1,

    /// <summary>The message is not compressed even when the call is.</summary>
    NoCompress = 2,
}
