// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Ids;

namespace Dragonfly.Core.Pieces;

/// <summary>
/// How a content is cut: every piece has <see cref="PieceLength"/> bytes, the last one what is left. All peers of a task must agree,
/// so the rule is the original's, byte for byte (interop/PROTOCOL.md §4.7). Immutable.
/// </summary>
public sealed record PieceLayout
{
    /// <summary>Smallest automatic piece, in bytes (4 MiB).</summary>
    public const long MinPieceLength = 4L << 20;

    /// <summary>Largest piece, in bytes (64 MiB).</summary>
    public const long MaxPieceLength = 64L << 20;

    /// <summary>
    /// More pieces than this are refused: the table of one task then takes 64 MiB. The automatic lengths stay under 500 up to 31 GiB.
    /// </summary>
    public const int MaxPieceCount = 1 << 22;

    /// <summary>Longest content, in bytes: as many of the largest pieces as there may be (256 TiB). What claims to be longer is a mistake or worse.</summary>
    public const long MaxContentLength = MaxPieceCount * MaxPieceLength;

    /// <summary>The automatic length aims at no more pieces than this.</summary>
    private const long TargetPieceCount = 500;

    /// <summary>Makes a layout.</summary>
    /// <param name="contentLength">Bytes of the content; null while nobody knows (the origin gave no length).</param>
    /// <param name="pieceLength">Bytes of a piece; positive.</param>
    public PieceLayout(long? contentLength, long pieceLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pieceLength);
        if (contentLength is < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(contentLength));
        }

        ContentLength = contentLength;
        PieceLength = pieceLength;
    }

    /// <summary>Bytes of the content; null while nobody knows.</summary>
    public long? ContentLength { get; }

    /// <summary>Bytes of each piece but the last.</summary>
    public long PieceLength { get; }

    /// <summary>Number of pieces; null while the length is not known; 0 for an empty content.</summary>
    public int? PieceCount => ContentLength is { } length ? checked((int)((length + PieceLength - 1) / PieceLength)) : null;

    /// <summary>The piece length that all peers use when the request sets none.</summary>
    /// <param name="contentLength">Bytes of the content.</param>
    /// <returns>floor(length / 500) rounded up to a power of two, between 4 MiB and 64 MiB.</returns>
    public static long AutomaticPieceLength(long contentLength)
    {
        var wanted = contentLength / TargetPieceCount;
        var length = MinPieceLength;
        while (length < wanted && length < MaxPieceLength)
        {
            length <<= 1;
        }

        return length;
    }

    /// <summary>Where a piece lies.</summary>
    /// <param name="number">The piece.</param>
    /// <returns>Its range; while the length is not known every piece is taken to be whole.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The content has no such piece.</exception>
    public ByteRange RangeOf(PieceNumber number)
    {
        var start = number.Value * PieceLength;
        if (ContentLength is not { } length)
        {
            return new ByteRange(start, PieceLength);
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(start, length, nameof(number));
        return new ByteRange(start, Math.Min(PieceLength, length - start));
    }

    /// <summary>Which pieces a range touches; pieces are always fetched whole.</summary>
    /// <param name="range">A range inside the content.</param>
    /// <returns>First piece and number of pieces.</returns>
    public (PieceNumber First, int Count) PiecesOf(ByteRange range)
    {
        if (range.Length == 0)
        {
            return (new PieceNumber(0), 0);
        }

        var first = checked((int)(range.Start / PieceLength));
        var last = checked((int)((range.End - 1) / PieceLength));
        return (new PieceNumber(first), last - first + 1);
    }
}
