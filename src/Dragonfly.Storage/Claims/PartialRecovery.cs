// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Pieces;
using Dragonfly.Storage.Content;
using Dragonfly.Storage.Native;
using Microsoft.Win32.SafeHandles;

namespace Dragonfly.Storage.Claims;

/// <summary>
/// Finds how far an earlier run came inside a piece. After an orderly close the journal says it exactly. After a kill the file says it: a piece is written in
/// order into a hole, so its bytes reach from its start to the next hole; only the last page may be half written, and is left out.
/// </summary>
internal static class PartialRecovery
{
    // Holes are found in whole blocks; 4 KiB is the page size that writes fill.
    private const long PageSize = 4096;

    /// <summary>Looks.</summary>
    /// <param name="path">The content file.</param>
    /// <param name="range">The piece's place.</param>
    /// <param name="partial">What the journal knows.</param>
    /// <returns>What can be gone on from; nothing written when in doubt.</returns>
    internal static PartialPiece Recover(string path, ByteRange range, PartialPiece partial)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var written = partial.Written == PartialPiece.ToBeFound ? FindWritten(file, range) : Math.Min(partial.Written, range.Length);
            if (written <= 0)
            {
                return default;
            }

            var crc = PieceHash.Compute(file, new ByteRange(range.Start, written), CancellationToken.None);
            var known = partial.Written != PartialPiece.ToBeFound;
            return crc is null || (known && crc != partial.Crc) ? default : new PartialPiece(written, crc.Value, partial.Origin, FromEarlierRun: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    private static long FindWritten(SafeFileHandle file, ByteRange range)
    {
        if (Libc.Seek(file, range.Start, Libc.SeekData) != range.Start)
        {
            return 0;
        }

        var hole = Libc.Seek(file, range.Start, Libc.SeekHole);
        if (hole < 0)
        {
            return 0;
        }

        // The whole piece may have been written without its record; its last page is then as doubtful as any.
        var end = Math.Min(hole, range.End);
        return Math.Max(0, ((end - 1) / PageSize * PageSize) - range.Start);
    }
}
