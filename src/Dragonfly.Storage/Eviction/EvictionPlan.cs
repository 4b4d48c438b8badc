// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Tasks;

namespace Dragonfly.Storage.Eviction;

/// <summary>Chooses victims, the least recently used first. Use by other peers counts as use, since serving touches the task too.</summary>
internal static class EvictionPlan
{
    /// <summary>What a policy asks for.</summary>
    /// <param name="tasks">All tasks.</param>
    /// <param name="policy">Ages and marks.</param>
    /// <param name="now">The time.</param>
    /// <param name="used">Bytes in use.</param>
    /// <returns>Whom to evict.</returns>
    internal static List<StoredTask> Make(IEnumerable<StoredTask> tasks, EvictionPolicy policy, DateTimeOffset now, long used)
    {
        var victims = new List<StoredTask>();
        var over = policy.HighWatermarkBytes is { } high && used > high;
        var goal = policy.LowWatermarkBytes ?? policy.HighWatermarkBytes ?? long.MaxValue;
        foreach (var task in Candidates(tasks))
        {
            var expired = policy.UnusedFor is { } age && now - task.LastUsedAt > age;
            if (!expired && !(over && used > goal))
            {
                // Everything after this one was used more recently.
                break;
            }

            victims.Add(task);
            used -= task.FinishedBytes;
        }

        return victims;
    }

    /// <summary>What has to go for so many bytes.</summary>
    /// <param name="tasks">All tasks.</param>
    /// <param name="bytes">How many are missing.</param>
    /// <returns>Whom to evict; null when even all would not do.</returns>
    internal static List<StoredTask>? ToFree(IEnumerable<StoredTask> tasks, long bytes)
    {
        var victims = new List<StoredTask>();
        foreach (var task in Candidates(tasks))
        {
            if (bytes <= 0)
            {
                break;
            }

            victims.Add(task);
            bytes -= task.FinishedBytes;
        }

        return bytes <= 0 ? victims : null;
    }

    private static IEnumerable<StoredTask> Candidates(IEnumerable<StoredTask> tasks) =>
        tasks.Where(task => task.Kind is TaskKind.Standard or TaskKind.Cache && !task.IsBusy).OrderBy(task => task.LastUsedAt);
}
