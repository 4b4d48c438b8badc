// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Cli.Http2;

/// <summary>The other side broke the rules of HTTP/2 so that the connection cannot be used any further.</summary>
internal sealed class Http2Exception : Exception
{
    private Http2Exception(Http2ErrorCode code, string message)
        : base(message) => Code = code;

    /// <summary>What to tell the other side in GOAWAY.</summary>
    public Http2ErrorCode Code { get; }

    /// <summary>A frame that must not be there, or has a wrong shape.</summary>
    public static Http2Exception Protocol(string message) => new(Http2ErrorCode.ProtocolError, message);

    /// <summary>A frame whose length does not fit its type or our limit.</summary>
    public static Http2Exception FrameSize(string message) => new(Http2ErrorCode.FrameSizeError, message);

    /// <summary>A header block that cannot be decoded; the tables of both sides differ from here on.</summary>
    public static Http2Exception Compression(string message) => new(Http2ErrorCode.CompressionError, message);

    /// <summary>More bytes than the announced window allows, or a window past 2^31-1.</summary>
    public static Http2Exception FlowControl(string message) => new(Http2ErrorCode.FlowControlError, message);
}
