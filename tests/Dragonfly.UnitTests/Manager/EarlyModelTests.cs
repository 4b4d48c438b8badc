// SPDX-License-Identifier: Apache-2.0
using System.Data.Common;
using Dragonfly.Manager.Data;
using Dragonfly.Manager.Data.Migrations;
using Dragonfly.Testing.Processes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragonfly.UnitTests.Manager;

public sealed class EarlyModelTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_manager_that_is_stopped_right_after_its_start_does_not_wait_for_the_model()
    {
        var stop = TestContext.Current.CancellationToken;
        var engine = new SlowEngine(new SqliteEngine(_folder["manager.db"]));
        using var database = new ManagerDatabase(engine, TimeProvider.System, NullLogger<ManagerDatabase>.Instance);
        await database.StartAsync(null!, stop);
        using var early = new EarlyModel(
            database, new(database, TimeProvider.System), new(database, TimeProvider.System), TimeProvider.System, NullLogger<EarlyModel>.Instance);
        await early.StartAsync(null!, stop);
        await engine.Building.Task.WaitAsync(RunningProgram.Patience, TimeProvider.System, stop);

        await early.StopAsync(stop).WaitAsync(RunningProgram.Patience, TimeProvider.System, stop);
        await database.StopAsync(stop);
        engine.GoOn.Set();
    }

    /// <summary>Takes as long to build its model as the test wants.</summary>
    private sealed class SlowEngine(IDatabaseEngine engine) : IDatabaseEngine
    {
        public TaskCompletionSource Building { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim GoOn { get; } = new();

        public string Name => engine.Name;

        public SqlDialect Dialect => engine.Dialect;

        public string? AfterSeeding => engine.AfterSeeding;

        public Task LockAsync(CancellationToken cancellationToken) => engine.LockAsync(cancellationToken);

        public DbConnection CreateConnection() => engine.CreateConnection();

        public void Configure(DbContextOptionsBuilder options)
        {
            Building.TrySetResult();
            GoOn.Wait();
            engine.Configure(options);
        }

        public bool IsDuplicate(Exception exception) => engine.IsDuplicate(exception);

        public bool IsUnreachable(Exception exception) => engine.IsUnreachable(exception);

        public ValueTask DisposeAsync() => engine.DisposeAsync();
    }
}
