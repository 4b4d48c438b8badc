// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.Logging;

namespace Dragonfly.Daemon.Announcing;

/// <summary>What every <see cref="SchedulerLink"/> needs. Immutable.</summary>
/// <param name="Host">This host.</param>
/// <param name="AnnounceInterval">How often the host is announced.</param>
/// <param name="AnnounceTasks">Tells a scheduler that does not know us what this host holds.</param>
/// <param name="RefreshSchedulers">Asks the manager, or the local file, anew which schedulers there are; does not wait.</param>
/// <param name="Time">The clock.</param>
/// <param name="Loggers">Makes the log.</param>
internal sealed record LinkServices(
    LocalHost Host,
    TimeSpan AnnounceInterval,
    Func<SchedulerLink, CancellationToken, Task<int>> AnnounceTasks,
    Action RefreshSchedulers,
    TimeProvider Time,
    ILoggerFactory Loggers);
