// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Scheduler.Scheduling;

/// <summary>The last reasons why parents were turned down for one peer: a ring of sixteen, for explaining a schedule. Owned by the task's loop.</summary>
internal sealed class RejectionLog
{
    /// <summary>Reasons kept; one round looks at 15 peers, of which the last ones are the telling ones.</summary>
    public const int Capacity = 16;

    private readonly (string ParentId, Rejection Reason)[] _ring = new (string, Rejection)[Capacity];
    private int _count;

    /// <summary>Adds a reason.</summary>
    public void Add(string parentId, Rejection reason) => _ring[_count++ % Capacity] = (parentId, reason);

    /// <summary>The reasons, oldest first.</summary>
    public IEnumerable<(string ParentId, Rejection Reason)> Entries()
    {
        for (var i = Math.Max(0, _count - Capacity); i < _count; i++)
        {
            yield return _ring[i % Capacity];
        }
    }
}
