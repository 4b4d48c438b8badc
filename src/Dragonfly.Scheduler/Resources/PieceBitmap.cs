// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace Dragonfly.Scheduler.Resources;

/// <summary>Which pieces a peer has; one bit a piece, the first 64 without any allocation. Owned by the task's loop.</summary>
internal struct PieceBitmap
{
    /// <summary>Highest piece number kept: 64 MiB pieces make this 64 TiB; a hostile number must not make a huge array.</summary>
    public const int MaxPieces = 1 << 20;

    private ulong _first;
    private ulong[]? _more;

    /// <summary>Number of pieces set.</summary>
    public int Count { get; private set; }

    /// <summary>Whether a piece is set.</summary>
    public readonly bool this[int number]
    {
        get
        {
            if ((uint)number < 64)
            {
                return (_first >> number & 1) != 0;
            }

            var word = (number >> 6) - 1;
            return _more is { } more && (uint)word < (uint)more.Length && (more[word] >> (number & 63) & 1) != 0;
        }
    }

    /// <summary>Sets a piece.</summary>
    /// <returns>False when it was set already or the number is out of range.</returns>
    public bool Add(uint number)
    {
        if (number >= MaxPieces || this[(int)number])
        {
            return false;
        }

        var bit = 1UL << (int)(number & 63);
        if (number < 64)
        {
            _first |= bit;
        }
        else
        {
            var word = (int)(number >> 6) - 1;
            if (_more is null || word >= _more.Length)
            {
                Array.Resize(ref _more, (int)BitOperations.RoundUpToPowerOf2((uint)word + 1));
            }

            _more[word] |= bit;
        }

        Count++;
        return true;
    }

    /// <summary>The numbers of the pieces that are set, ascending.</summary>
    public readonly IEnumerable<int> Numbers()
    {
        var words = 1 + (_more?.Length ?? 0);
        for (var number = 0; number < words << 6; number++)
        {
            if (this[number])
            {
                yield return number;
            }
        }
    }
}
