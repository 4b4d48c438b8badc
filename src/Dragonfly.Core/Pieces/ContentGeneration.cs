// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;

namespace Dragonfly.Core.Pieces;

/// <summary>
/// Which version of an origin's content a task holds. Pieces of two generations are never mixed: every request for more bytes carries the
/// validator, and a parent's generation is compared before its pieces are taken. Immutable.
/// </summary>
/// <param name="Layout">Length and piece length.</param>
/// <param name="ETag">The origin's entity tag as sent, quotes and weakness mark included; null if it gave none.</param>
/// <param name="LastModified">The origin's Last-Modified text as sent; null if it gave none.</param>
/// <param name="Headers">The origin's response headers, names in lower case, content-range dropped and content-length set to the total.</param>
public sealed record ContentGeneration(
    PieceLayout Layout,
    string? ETag,
    string? LastModified,
    FrozenDictionary<string, string> Headers)
{
    /// <summary>A generation of which only length and piece length are known (a stock parent tells no more).</summary>
    /// <param name="layout">Length and piece length.</param>
    /// <returns>The generation.</returns>
    public static ContentGeneration Of(PieceLayout layout) => new(layout, null, null, FrozenDictionary<string, string>.Empty);

    /// <summary>Whether two are the same content as far as anybody can tell: known lengths, tags and dates do not contradict each other.</summary>
    /// <param name="other">The other.</param>
    /// <returns>False when they certainly differ.</returns>
    public bool MayEqual(ContentGeneration other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Layout.PieceLength == other.Layout.PieceLength
            && Agree(Layout.ContentLength, other.Layout.ContentLength)
            && Agree(ETag, other.ETag)
            && (ETag is not null && other.ETag is not null || Agree(LastModified, other.LastModified));
    }

    private static bool Agree<T>(T? left, T? right) => left is null || right is null || left.Equals(right);
}
