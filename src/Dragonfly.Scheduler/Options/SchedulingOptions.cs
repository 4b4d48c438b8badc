// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel.DataAnnotations;
using Dragonfly.Hosting.Options;

namespace Dragonfly.Scheduler;

/// <summary>How peers are scheduled.</summary>
public sealed class SchedulingOptions
{
    /// <summary>Evaluator; <c>default</c> is the only one, as in the original without plugins.</summary>
    [AllowedValues("default")]
    public string Algorithm { get; set; } = "default";

    /// <summary>Peers of a task that may be at the origin at once: a hard limit (the original's is passed by bursts). Default 200.</summary>
    [Range(1, 100_000)]
    public int BackToSourceCount { get; set; } = 200;

    /// <summary>Retry intervals after which a peer that finds nobody is sent to the origin. Default 4, that is 2 s.</summary>
    [Range(1, 1000)]
    public int RetryBackToSourceLimit { get; set; } = 4;

    /// <summary>Retry intervals after which a peer that finds nobody and may not go to the origin is refused. Default 5, that is 2.5 s.</summary>
    [Range(1, 1000)]
    public int RetryLimit { get; set; } = 5;

    /// <summary>The unit of the two budgets above; nothing is polled at this pace. Default 500 ms.</summary>
    [DurationRange("1ms", "1m")]
    public TimeSpan RetryInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Removal of what is over.</summary>
    [OptionKey("gc")]
    public SchedulerGcOptions Gc { get; set; } = new();
}
