// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Manager.Data;

/// <summary>
/// Has Entity Framework build its model and translate the queries of a starting cluster as soon as the manager serves: it takes half a second of CPU and more,
/// which the first scheduler to register, and all that wait for it, would wait for otherwise. Purely an acceleration.
/// </summary>
internal sealed partial class EarlyModel(
    ManagerDatabase database, SchedulerStore schedulers, SeedPeerStore seeds, TimeProvider time, ILogger<EarlyModel> logger) : IRoleService, IDisposable
{
    /// <summary>A query that is under way ends within it; SQLite's take less than a millisecond.</summary>
    private static readonly TimeSpan EndOfStep = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _stop = new();
    private readonly ILogger<EarlyModel> _logger = logger;
    private Task _work = Task.CompletedTask;

    public Task StartAsync(BoundAddresses addresses, CancellationToken cancellationToken)
    {
        _work = Task.Run(PrepareAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Ends the work, and waits for it only a moment: half a second of building cannot be interrupted, and a manager that is told to stop right after its
    /// start must not take that long. What goes on until the process ends is in memory; the next step sees that it is to stop, and nothing is ever written.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await Task.WhenAny(_work, Task.Delay(EndOfStep, time, cancellationToken));
    }

    public void Dispose() => _stop.Dispose();

    private async Task PrepareAsync()
    {
        try
        {
            await database.Ready.WaitAsync(_stop.Token);

            // A cluster that is not there: everything is asked, nothing is found or written.
            await schedulers.FindAsync("", "", 0, _stop.Token);
            await schedulers.SearchAsync(new("", "", "", ""), _stop.Token);
            await seeds.FindAsync("", "", 0, _stop.Token);
            await using var context = database.CreateContext();
            await context.SchedulerClusters.AnyAsync(cluster => cluster.Id == 0, _stop.Token);
        }
        catch (Exception exception)
        {
            // The first caller will hear of it, if it lasts.
            LogNotPrepared(exception.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Queries were not prepared: {Reason}")]
    private partial void LogNotPrepared(string reason);
}
