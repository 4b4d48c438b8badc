// SPDX-License-Identifier: Apache-2.0
using System.Data.Common;
using Dragonfly.Core.Failures;
using Dragonfly.Hosting.Http;
using Dragonfly.Manager.Data.Migrations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Manager.Data;

/// <summary>
/// The manager's database: locked, brought to the newest schema and given its default cluster at start. A database server that is down does not end
/// the start: it is tried again, health says so, and calls are answered UNAVAILABLE until it is there. Thread safe; contexts are not, a call each.
/// </summary>
internal sealed partial class ManagerDatabase : IRoleService, IDisposable
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly IDatabaseEngine _engine;
    private readonly TimeProvider _time;
    private readonly ILogger<ManagerDatabase> _logger;
    private readonly Lazy<DbContextOptions<ManagerContext>> _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _waitingFor;
    private Task _connecting = Task.CompletedTask;

    public ManagerDatabase(IDatabaseEngine engine, TimeProvider time, ILogger<ManagerDatabase> logger)
    {
        _engine = engine;
        _time = time;
        _logger = logger;
        _waitingFor = $"database {engine.Name}: opening";
        _options = new Lazy<DbContextOptions<ManagerContext>>(() =>
        {
            var builder = new DbContextOptionsBuilder<ManagerContext>();
            engine.Configure(builder);
            return builder.Options;
        });
    }

    public string? WaitingFor => _waitingFor;

    /// <summary>Completes when the database can be used.</summary>
    internal Task Ready => _ready.Task;

    internal IDatabaseEngine Engine => _engine;

    /// <summary>Opens a unit of work; throws a failure when the database is not there yet.</summary>
    internal ManagerContext CreateContext() => _ready.Task.IsCompletedSuccessfully
        ? new ManagerContext(_options.Value)
        : throw new Failure(FailureKind.Unavailable, FailureSource.Local, $"waiting for {_waitingFor}").ToException();

    public async Task StartAsync(BoundAddresses addresses, CancellationToken cancellationToken)
    {
        try
        {
            await OpenAsync(cancellationToken);
        }
        catch (Exception e) when (_engine.IsUnreachable(e))
        {
            Wait(e);
            _connecting = KeepTryingAsync();
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _connecting;
        await _engine.DisposeAsync();
    }

    public void Dispose() => _stop.Dispose();

    private async Task KeepTryingAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Retry, _time, _stop.Token);
                await OpenAsync(_stop.Token);
                return;
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is DbException or DragonflyException)
            {
                Wait(e);
            }
        }
    }

    private void Wait(Exception e)
    {
        var what = $"database {_engine.Name}: {e.Message}";
        if (_waitingFor != what)
        {
            _waitingFor = what;
            LogWaiting(what);
        }
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        await _engine.LockAsync(cancellationToken);
        await using var connection = _engine.CreateConnection();
        await connection.OpenAsync(cancellationToken);
        var now = _time.GetUtcNow().UtcDateTime;
        var steps = await new Migrator(connection, _engine.Dialect, Migration.All).RunAsync(now, cancellationToken);
        await SeedAsync(connection, now, cancellationToken);
        _waitingFor = null;
        _ready.TrySetResult();
        LogReady(_engine.Name, steps, (int)_time.GetElapsedTime(started).TotalMilliseconds);
    }

    private async Task SeedAsync(DbConnection connection, DateTime now, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = DefaultCluster.Sql;
        foreach (var (name, value) in new (string, object)[] { ("now", now), ("yes", true) })
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        var made = await command.ExecuteNonQueryAsync(cancellationToken);
        if (made > 0 && _engine.AfterSeeding is { } after)
        {
            command.CommandText = after;
            command.Parameters.Clear();
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting for {What}")]
    private partial void LogWaiting(string what);

    [LoggerMessage(Level = LogLevel.Information, Message = "Database {Name} is ready: {Steps} migrations ran, {Milliseconds} ms.")]
    private partial void LogReady(string name, int steps, int milliseconds);
}
