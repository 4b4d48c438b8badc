// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Daemon.Pieces;

/// <summary>
/// Which pieces a download wants, has and is fetching. Owned by the loop of its <c>TaskDownload</c>. Grows while the number of pieces is not known.
/// Invariant: all pieces below <see cref="FirstOpen"/> are finished or not wanted.
/// </summary>
internal sealed class PieceSet
{
    private readonly List<PieceStatus> _pieces = [];
    private bool _wantsAll;

    [Flags]
    private enum PieceStatus : byte
    {
        None = 0,
        Wanted = 1,
        InFlight = 2,
        Finished = 4,
    }

    /// <summary>Pieces known of so far.</summary>
    public int Count => _pieces.Count;

    /// <summary>The number of pieces is not known yet.</summary>
    public bool IsGrowing { get; private set; } = true;

    /// <summary>Wanted pieces that are not finished.</summary>
    public int Left { get; private set; }

    /// <summary>Where to begin looking for work.</summary>
    public int FirstOpen { get; private set; }

    /// <summary>No piece from this one on may be fetched yet.</summary>
    public int Limit { get; set; } = int.MaxValue;

    /// <summary>Everything that is wanted is finished.</summary>
    public bool IsSatisfied => !IsGrowing && Left == 0;

    /// <summary>Fixes the number of pieces.</summary>
    /// <param name="count">How many.</param>
    public void SetCount(int count)
    {
        Grow(count);
        while (_pieces.Count > count)
        {
            Left -= IsOpenPiece(_pieces[^1]) ? 1 : 0;
            _pieces.RemoveAt(_pieces.Count - 1);
        }

        FirstOpen = Math.Min(FirstOpen, count);

        IsGrowing = false;
    }

    /// <summary>Makes sure that a piece is known of.</summary>
    /// <param name="count">Pieces that there are at least.</param>
    public void Grow(int count)
    {
        while (_pieces.Count < count)
        {
            _pieces.Add(_wantsAll ? PieceStatus.Wanted : PieceStatus.None);
            Left += _wantsAll ? 1 : 0;
        }
    }

    /// <summary>Wants every piece there is or will be.</summary>
    public void WantAll()
    {
        _wantsAll = true;
        Want(0, Count);
    }

    /// <summary>Wants some pieces.</summary>
    /// <param name="first">First piece.</param>
    /// <param name="count">Number of pieces.</param>
    public void Want(int first, int count)
    {
        Grow(first + count);
        for (var i = first; i < first + count; i++)
        {
            if ((_pieces[i] & PieceStatus.Wanted) == 0)
            {
                _pieces[i] |= PieceStatus.Wanted;
                Left += IsOpenPiece(_pieces[i]) ? 1 : 0;
            }
        }

        FirstOpen = Math.Min(FirstOpen, first);
        Advance();
    }

    /// <summary>Notes that a fetch began or gave up.</summary>
    /// <param name="number">The piece.</param>
    /// <param name="isInFlight">It began.</param>
    public void SetInFlight(int number, bool isInFlight)
    {
        if (number < Count)
        {
            _pieces[number] = isInFlight ? _pieces[number] | PieceStatus.InFlight : _pieces[number] & ~PieceStatus.InFlight;
        }
    }

    /// <summary>Notes that a piece is finished.</summary>
    /// <param name="number">The piece.</param>
    public void Finish(int number)
    {
        Grow(number + 1);
        Left -= IsOpenPiece(_pieces[number]) ? 1 : 0;
        _pieces[number] = (_pieces[number] | PieceStatus.Finished) & ~PieceStatus.InFlight;
        Advance();
    }

    /// <summary>Whether a piece is finished.</summary>
    /// <param name="number">The piece.</param>
    /// <returns>True when it is.</returns>
    public bool IsFinished(int number) => number < Count && (_pieces[number] & PieceStatus.Finished) != 0;

    /// <summary>Whether somebody wants a piece.</summary>
    /// <param name="number">The piece.</param>
    /// <returns>True when it is wanted.</returns>
    public bool IsWanted(int number) => number < Count && (_pieces[number] & PieceStatus.Wanted) != 0;

    /// <summary>Whether a piece is wanted, not finished, not being fetched, and below <see cref="Limit"/>.</summary>
    /// <param name="number">The piece.</param>
    /// <returns>True when a fetch may begin.</returns>
    public bool IsFree(int number) => number < Count && number < Limit && _pieces[number] == PieceStatus.Wanted;

    /// <summary>Wanted pieces that are not finished, in order.</summary>
    /// <returns>Their numbers.</returns>
    public IEnumerable<int> Missing() => Enumerable.Range(FirstOpen, Count - FirstOpen).Where(number => IsOpenPiece(_pieces[number]));

    private static bool IsOpenPiece(PieceStatus status) => (status & (PieceStatus.Wanted | PieceStatus.Finished)) == PieceStatus.Wanted;

    private void Advance()
    {
        while (FirstOpen < Count && !IsOpenPiece(_pieces[FirstOpen]))
        {
            FirstOpen++;
        }
    }
}
