// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Cli.Http2;

/// <summary>What a stream of <see cref="Http2Session"/> tells its owner. Calls come from inside <see cref="Http2Session.Process"/>.</summary>
internal interface IHttp2StreamHandler
{
    /// <summary>Headers, or trailers when some came before.</summary>
    void OnHeaders(IReadOnlyList<HpackHeader> headers, bool end);

    /// <summary>Bytes of the body; the span is valid during the call only.</summary>
    void OnData(ReadOnlySpan<byte> data, bool end);

    /// <summary>The other side ended the stream before its end (RST_STREAM, or GOAWAY that leaves it out).</summary>
    void OnReset(Http2ErrorCode code, string reason);
}
