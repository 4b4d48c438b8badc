// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Hosts;

namespace Dragonfly.Cli.Get;

/// <summary>How long a daemon may say nothing before it is asked for a sign of life, and again before it is given up.</summary>
/// <param name="Time">The limit on a machine with time to spare.</param>
/// <param name="IsStarved">Whether many wait for a processor now: then a healthy daemon is silent too, and gets more time.</param>
internal sealed record SilenceLimit(TimeSpan Time, Func<bool> IsStarved)
{
    /// <summary>However starved the machine, a silence ends after so many times the limit.</summary>
    public const int MaxStretch = 5;

    /// <summary>"A few seconds", and far above what a loaded machine needs for a frame.</summary>
    public static SilenceLimit Default { get; } = new(TimeSpan.FromSeconds(5), ProcessorQueue.IsLong);
}
