// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Dragonfly.Cli.Http2;

namespace Dragonfly.UnitTests.Protocol.Grpc.Frames;

/// <summary>What a server sent on one stream.</summary>
internal sealed class ReplayedStream
{
    private readonly List<byte> _open = [];

    /// <summary>The first header block.</summary>
    public IReadOnlyList<HpackHeader>? Headers { get; private set; }

    /// <summary>The last header block.</summary>
    public IReadOnlyList<HpackHeader>? Trailers { get; private set; }

    /// <summary>The messages in hexadecimal.</summary>
    public List<string> Messages { get; } = [];

    /// <summary>The server said END_STREAM.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Takes a header block.</summary>
    /// <param name="headers">The headers.</param>
    /// <param name="ends">With END_STREAM.</param>
    public void Take(IReadOnlyList<HpackHeader> headers, bool ends)
    {
        Headers ??= headers;
        Trailers = ends ? headers : null;
        HasEnded |= ends;
    }

    /// <summary>Takes data.</summary>
    /// <param name="data">The bytes: parts of messages, or many.</param>
    /// <param name="ends">With END_STREAM.</param>
    public void Take(byte[] data, bool ends)
    {
        HasEnded |= ends;
        _open.AddRange(data);
        while (_open.Count >= 5 && BinaryPrimitives.ReadInt32BigEndian([.. _open[1..5]]) is var length && _open.Count >= 5 + length)
        {
            Messages.Add(Convert.ToHexStringLower([.. _open[5..(5 + length)]]));
            _open.RemoveRange(0, 5 + length);
        }
    }
}
