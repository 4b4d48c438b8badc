// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Pieces;

namespace Dragonfly.Backends;

/// <summary>One question to an origin. Immutable.</summary>
/// <param name="Url">Where; its original text is used, so that a signed URL travels as it was signed.</param>
/// <param name="Headers">The caller's headers (credentials among them); range, conditions, encodings and what belongs to one connection are ignored.</param>
public sealed record OriginRequest(Uri Url, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The bytes wanted; null asks for everything, without a Range header.</summary>
    public ByteRange? Range { get; init; }

    /// <summary>
    /// The generation that the bytes must belong to. A strong tag travels as If-Range with a range (a change shows as a 200) and as If-Match without;
    /// a date alone, or beside a weak tag, as If-Unmodified-Since. An answer of another generation is a failure of kind Corrupt.
    /// </summary>
    public ContentGeneration? Generation { get; init; }

    /// <summary>Certificates (DER) that this origin's certificate may be signed by, besides those that are trusted anyway.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> TrustedCertificates { get; init; } = [];

    /// <summary>Ask only whether the generation is still current: If-None-Match or If-Modified-Since; no body is wanted.</summary>
    public bool Revalidate { get; init; }
}
