// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Cli.Http2;

/// <summary>Flags of frames (RFC 9113 §6). ACK and END_STREAM are the same bit on different types.</summary>
[Flags]
internal enum FrameFlags : byte
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>On DATA and HEADERS: the sender says no more on this stream.</summary>
    EndStream = 1,

    /// <summary>On SETTINGS and PING: the answer to one.</summary>
    Ack = EndStream,

    /// <summary>The header block ends here.</summary>
    EndHeaders = 4,

    /// <summary>The first byte counts the padding at the end.</summary>
    Padded = 8,

    /// <summary>Five bytes of obsolete priority come first.</summary>
    Priority = 0x20,
}
