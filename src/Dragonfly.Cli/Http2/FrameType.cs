// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Cli.Http2;

/// <summary>Frame types (RFC 9113 §6). Any other value is skipped.</summary>
internal enum FrameType : byte
{
    /// <summary>Bytes of a message.</summary>
    Data = 0,

    /// <summary>Headers or trailers.</summary>
    Headers = 1,

    /// <summary>Obsolete; skipped.</summary>
    Priority = 2,

    /// <summary>The end of one stream, now.</summary>
    RstStream = 3,

    /// <summary>What a side allows and wants.</summary>
    Settings = 4,

    /// <summary>A server's own stream, which we forbid.</summary>
    PushPromise = 5,

    /// <summary>A sign of life.</summary>
    Ping = 6,

    /// <summary>No new streams on this connection.</summary>
    GoAway = 7,

    /// <summary>More bytes allowed.</summary>
    WindowUpdate = 8,

    /// <summary>The rest of a header block.</summary>
    Continuation = 9,
}
