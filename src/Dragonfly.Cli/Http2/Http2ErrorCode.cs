// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Cli.Http2;

/// <summary>Error codes of RST_STREAM and GOAWAY (RFC 9113 §7).</summary>
internal enum Http2ErrorCode : uint
{
    /// <summary>No error: the end of a conversation.</summary>
    NoError = 0,

    /// <summary>A rule of the protocol was broken.</summary>
    ProtocolError = 1,

    /// <summary>The other side failed inside.</summary>
    InternalError = 2,

    /// <summary>A window was exceeded.</summary>
    FlowControlError = 3,

    /// <summary>A frame of a wrong size.</summary>
    FrameSizeError = 6,

    /// <summary>The stream was refused before any work was done on it.</summary>
    RefusedStream = 7,

    /// <summary>The stream is not wanted any more.</summary>
    Cancel = 8,

    /// <summary>The header tables are out of step.</summary>
    CompressionError = 9,

    /// <summary>The other side finds our behaviour excessive.</summary>
    EnhanceYourCalm = 11,
}
