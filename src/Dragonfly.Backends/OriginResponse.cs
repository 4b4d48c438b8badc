// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using Dragonfly.Core.Pieces;

namespace Dragonfly.Backends;

/// <summary>An origin's answer: what it is about, and the bytes. Dispose it to end the transfer.</summary>
public sealed class OriginResponse : IAsyncDisposable
{
    private readonly IAsyncDisposable? _owner;

    /// <summary>Makes an answer.</summary>
    /// <param name="body">The bytes; ends with an <see cref="IOException"/> if the origin cuts it short.</param>
    /// <param name="owner">Disposed with this; null if the body is all there is.</param>
    public OriginResponse(Stream body, IAsyncDisposable? owner = null)
    {
        Body = body;
        _owner = owner;
    }

    /// <summary>The bytes of <see cref="Range"/>.</summary>
    public Stream Body { get; }

    /// <summary>Which bytes the body holds; its length is unknown (null) when the origin gave no length.</summary>
    public required (long Start, long? Length) Range { get; init; }

    /// <summary>Bytes of the whole content; null when the origin does not say.</summary>
    public required long? TotalLength { get; init; }

    /// <summary>True when the origin honoured the Range (206): more ranges may be asked in parallel. False: the body is the whole content.</summary>
    public required bool IsPartial { get; init; }

    /// <summary>The answer to a revalidation: true for 304, the generation is still current.</summary>
    public bool NotModified { get; init; }

    /// <summary>Entity tag as sent, or null.</summary>
    public string? ETag { get; init; }

    /// <summary>Last-Modified as sent, or null.</summary>
    public string? LastModified { get; init; }

    /// <summary>Response headers, names in lower case, content-range dropped, content-length set to the total when known.</summary>
    public FrozenDictionary<string, string> Headers { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>The generation that this answer belongs to, once a piece length is chosen.</summary>
    /// <param name="pieceLength">Bytes of a piece.</param>
    /// <returns>The generation.</returns>
    public ContentGeneration ToGeneration(long pieceLength) => new(new PieceLayout(TotalLength, pieceLength), ETag, LastModified, Headers);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Body.DisposeAsync();
        if (_owner is not null)
        {
            await _owner.DisposeAsync();
        }
    }
}
