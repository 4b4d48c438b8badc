// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Dynamic;

namespace Dragonfly.UnitTests.Scheduler;

/// <summary>Dynamic configuration that changes only when the test says so.</summary>
internal sealed class FixedDynamicConfig : IDynamicConfig<SchedulerDynamicConfig>
{
    public SchedulerDynamicConfig Current { get; set; } = new();

    public string? WaitingFor => null;

    public async IAsyncEnumerable<SchedulerDynamicConfig> WatchAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return Current;
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
    }

    public void RequestRefresh()
    {
    }
}
