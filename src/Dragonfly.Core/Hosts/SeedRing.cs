// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Dragonfly.Core.Digests;
using Dragonfly.Core.Ids;

namespace Dragonfly.Core.Hosts;

/// <summary>
/// Which seed peer fetches a task first: as the original's scheduler chooses (interop/PROTOCOL.md §5.2), so that ours and its schedulers in one cluster
/// pick the same one: 20 points a member, CRC-32. Immutable; built anew when the set changes.
/// </summary>
public sealed class SeedRing
{
    private const int PointsPerMember = 20;

    private readonly ImmutableArray<(uint Point, string Member)> _points;

    /// <summary>Makes a ring.</summary>
    /// <param name="members">Upload addresses of the seed peers, <c>ip:port</c> (IPv6 in brackets).</param>
    public SeedRing(IEnumerable<string> members) =>
        _points =
        [
            .. members.Distinct(StringComparer.Ordinal)
                .SelectMany(member => Enumerable.Range(0, PointsPerMember).Select(index => (Point: PointOf(member, index), member)))
                .OrderBy(entry => entry.Point)
                .ThenBy(entry => entry.member, StringComparer.Ordinal),
        ];

    /// <summary>Finds the seed peer of a task.</summary>
    /// <param name="task">The task.</param>
    /// <returns>Its address; null when there is none.</returns>
    public string? Find(TaskId task) => InOrder(task).FirstOrDefault();

    /// <summary>All seed peers in the order in which they should be tried for a task.</summary>
    /// <param name="task">The task.</param>
    /// <returns>Every address once.</returns>
    public IEnumerable<string> InOrder(TaskId task)
    {
        var key = Crc32.Compute(Encoding.ASCII.GetBytes(task.Text));
        var first = FirstAfter(key);
        return Enumerable.Range(0, _points.Length).Select(i => _points[(first + i) % _points.Length].Member).Distinct(StringComparer.Ordinal);
    }

    private static uint PointOf(string member, int index) =>
        Crc32.Compute(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{index}{member}")));

    // Binary search for the first point strictly after the key; the length (which wraps to 0) when there is none.
    private int FirstAfter(uint key)
    {
        var (low, high) = (0, _points.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _points[middle].Point > key ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
