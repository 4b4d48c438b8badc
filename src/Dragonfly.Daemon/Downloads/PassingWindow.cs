// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Pieces;

namespace Dragonfly.Daemon.Downloads;

/// <summary>
/// Which pieces of a content that is only passed on may be in memory: a few, from the first that the caller has not taken. They finish in any order and are told in
/// order, so that a caller who writes a pipe need keep none. Owned by the loop of its <see cref="TaskDownload"/>.
/// </summary>
internal sealed class PassingWindow
{
    /// <summary>Memory that a window aims at: all fetches at once with the usual pieces of 4 MiB, two with the largest of 64 MiB (which then take 128 MiB).</summary>
    internal const long AimBytes = 64L << 20;

    private readonly SortedDictionary<int, FinishedPiece> _early = [];
    private readonly SortedSet<int> _held = [];

    /// <summary>Pieces that may be in memory at once.</summary>
    public int Size { get; private set; } = 1;

    /// <summary>The caller was told of pieces that it has not taken yet.</summary>
    public bool IsBeingRead => _held.Count > _early.Count;

    /// <summary>Begins with a generation; nothing of an earlier one counts.</summary>
    /// <param name="pieceLength">Bytes of a piece.</param>
    /// <param name="fetches">Fetches at once: more pieces than these would only wait.</param>
    public void Begin(long pieceLength, int fetches)
    {
        _early.Clear();
        _held.Clear();

        // With one piece fetching would stop while the caller reads.
        Size = (int)Math.Clamp(AimBytes / pieceLength, 2, Math.Max(2, fetches));
    }

    /// <summary>Takes a wanted piece that is finished.</summary>
    /// <param name="piece">The piece.</param>
    public void Finish(FinishedPiece piece)
    {
        if (_held.Add(piece.Number.Value))
        {
            _early.Add(piece.Number.Value, piece);
        }
    }

    /// <summary>Takes out the pieces whose turn it is.</summary>
    /// <param name="firstOpen">The first wanted piece that is not finished.</param>
    /// <returns>The pieces, in order.</returns>
    public IReadOnlyList<FinishedPiece> TakeInOrder(int firstOpen)
    {
        var next = _early.Values.TakeWhile(piece => piece.Number.Value < firstOpen).ToArray();
        foreach (var piece in next)
        {
            _early.Remove(piece.Number.Value);
        }

        return next;
    }

    /// <summary>The caller has taken a piece.</summary>
    /// <param name="number">The piece.</param>
    public void HandOver(int number) => _held.Remove(number);

    /// <summary>Where the window ends.</summary>
    /// <param name="firstOpen">The first wanted piece that is not finished.</param>
    /// <returns>The first piece that must wait.</returns>
    public int End(int firstOpen) => (_held.Count == 0 ? firstOpen : Math.Min(firstOpen, _held.Min)) + Size;
}
