// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Dragonfly.Core.Digests;
using Dragonfly.Core.Ids;

namespace Dragonfly.Scheduler.Seeding;

/// <summary>
/// Which seed fetches which task: the original's consistent ring (interop/PROTOCOL.md §5.2), so that our schedulers and stock ones in one cluster agree.
/// 20 points a member, CRC-32 (IEEE) of <c>index + ip:port</c>; a key goes to the first point strictly greater than the CRC-32 of the task id. Immutable.
/// </summary>
/// <typeparam name="TMember">What a point stands for.</typeparam>
internal sealed class SeedRing<TMember>
    where TMember : class
{
    /// <summary>Points of one member.</summary>
    public const int PointsPerMember = 20;

    private readonly uint[] _points;
    private readonly TMember[] _members;

    /// <summary>Makes a ring.</summary>
    /// <param name="members">Members by their <c>ip:port</c>.</param>
    public SeedRing(IReadOnlyCollection<(string Endpoint, TMember Member)> members)
    {
        var points = new SortedDictionary<uint, TMember>();
        foreach (var (endpoint, member) in members)
        {
            for (var i = 0; i < PointsPerMember; i++)
            {
                points[Hash(i.ToString(CultureInfo.InvariantCulture) + endpoint)] = member;
            }
        }

        _points = [.. points.Keys];
        _members = [.. points.Values];
    }

    /// <summary>Whether there is no member.</summary>
    public bool IsEmpty => _points.Length == 0;

    /// <summary>The member for a task; null in an empty ring.</summary>
    public TMember? Pick(TaskId task)
    {
        if (IsEmpty)
        {
            return null;
        }

        var key = Hash(task.Text);
        var index = Array.BinarySearch(_points, key);
        index = index >= 0 ? index + 1 : ~index;
        return _members[index == _points.Length ? 0 : index];
    }

    private static uint Hash(string text) => Crc32.Compute(Encoding.ASCII.GetBytes(text));
}
