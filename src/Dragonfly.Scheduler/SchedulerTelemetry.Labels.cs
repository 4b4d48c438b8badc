// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Scheduler.Resources;

namespace Dragonfly.Scheduler;

/// <content>Labels with the original's names and words; all of them constants, so that counting allocates nothing.</content>
internal sealed partial class SchedulerTelemetry
{
    private static readonly string[] _priorities = ["LEVEL0", "LEVEL1", "LEVEL2", "LEVEL3", "LEVEL4", "LEVEL5", "LEVEL6"];
    private static readonly string[] _taskTypes = ["STANDARD", "PERSISTENT", "PERSISTENT_CACHE", "CACHE"];
    private static readonly string[] _hostTypes = ["normal", "super", "strong", "weak"];
    private static readonly string[] _trafficTypes = ["BACK_TO_SOURCE", "REMOTE_PEER", "LOCAL_PEER"];

    /// <summary>Upper limits of the original's size levels 1 to 19, in bytes; level 0 is empty or unknown, level 20 all above.</summary>
    private static readonly long[] _sizeLevels =
    [
        1L << 20, 4L << 20, 8L << 20, 16L << 20, 32L << 20, 64L << 20, 128L << 20, 256L << 20, 512L << 20,
        1L << 30, 4L << 30, 8L << 30, 16L << 30, 32L << 30, 64L << 30, 128L << 30, 256L << 30, 512L << 30, 1L << 40,
    ];

    private static readonly string[] _sizeLevelNames = [.. Enumerable.Range(0, _sizeLevels.Length + 2).Select(level => level.ToString(null, null))];

    /// <summary>The original's level of a content's size, "0" to "20".</summary>
    public static string SizeLevel(long? length)
    {
        if (length is not > 0)
        {
            return _sizeLevelNames[0];
        }

        var level = 0;
        while (level < _sizeLevels.Length && length >= _sizeLevels[level])
        {
            level++;
        }

        return _sizeLevelNames[level + 1];
    }

    private static KeyValuePair<string, object?> PriorityOf(SchedPeer peer) => new("priority", Word(_priorities, (int)peer.Priority));

    private static KeyValuePair<string, object?> TaskTypeOf(SchedPeer peer) => new("task_type", Word(_taskTypes, (int)peer.Task.Type));

    private static KeyValuePair<string, object?> HostTypeOf(SchedPeer peer) => new("host_type", HostType(peer.Host.Snapshot.Announced.Type));

    private static string HostType(uint type) => type < (uint)_hostTypes.Length ? _hostTypes[type] : "unknow";

    private static string Word(string[] words, int value) => (uint)value < (uint)words.Length ? words[value] : "UNKNOWN";
}
