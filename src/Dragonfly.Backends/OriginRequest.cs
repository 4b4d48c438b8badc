// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Pieces;

namespace Dragonfly.Backends;

/// <summary>One question to an origin. Immutable.</summary>
/// <param name="Url">Where.</param>
/// <param name="Headers">The caller's headers (credentials among them); a Range header among them is ignored.</param>
public sealed record OriginRequest(Uri Url, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The bytes wanted; null asks for everything, without a Range header.</summary>
    public ByteRange? Range { get; init; }

    /// <summary>
    /// The generation that the bytes must belong to. Strong tags travel as If-Range (a change shows as a 200), else If-Match or
    /// If-Unmodified-Since; an answer of another generation is a failure of kind Corrupt.
    /// </summary>
    public ContentGeneration? Generation { get; init; }

    /// <summary>Ask only whether the generation is still current: If-None-Match or If-Modified-Since; no body is wanted.</summary>
    public bool Revalidate { get; init; }
}
