// SPDX-License-Identifier: Apache-2.0
using System.Data.Common;
using Dragonfly.Core.Failures;
using Dragonfly.Manager.Data.Migrations;
using Dragonfly.Manager.Options;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Dragonfly.Manager.Data;

/// <summary>
/// PostgreSQL, with the original's connection settings. A session-level advisory lock keeps a second manager away for now (leases are in the memory
/// of one process); it goes when leases are shared. The server drops it when the connection ends.
/// </summary>
internal sealed class PostgresEngine : IDatabaseEngine
{
    /// <summary>"dragonfly" as a number, so that no other program's lock is meant.</summary>
    private const long LockKey = 0x647261676F6E66;

    private readonly string _connectionString;
    private NpgsqlConnection? _lock;

    internal PostgresEngine(ManagerPostgresOptions options)
    {
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = options.Host,
            Port = options.Port,
            Username = options.User,
            Database = options.Dbname,
            ApplicationName = "dragonfly-manager",
            Timeout = 5,
            SslMode = options.SslMode switch
            {
                "disable" => SslMode.Disable,
                "allow" => SslMode.Allow,
                "prefer" => SslMode.Prefer,
                "require" => SslMode.Require,
                "verify-ca" => SslMode.VerifyCA,
                _ => SslMode.VerifyFull,
            },
        };
        if (options.Password.Length > 0)
        {
            builder.Password = options.Password;
        }

        Name = $"postgres {options.Host}:{options.Port}/{options.Dbname}";
        _connectionString = builder.ToString();
    }

    public string Name { get; }

    public SqlDialect Dialect => SqlDialect.Postgres;

    public string? AfterSeeding => """
        SELECT setval(pg_get_serial_sequence('scheduler_cluster', 'id'), (SELECT max(id) FROM scheduler_cluster)),
               setval(pg_get_serial_sequence('seed_peer_cluster', 'id'), (SELECT max(id) FROM seed_peer_cluster))
        """;

    public async Task LockAsync(CancellationToken cancellationToken)
    {
        // Not from the pool: the lock lives as long as this connection.
        var connection = new NpgsqlConnection(_connectionString + ";Pooling=false;Keepalive=30");
        try
        {
            await connection.OpenAsync(cancellationToken);

            // Two seconds, because the server may not yet have noticed that the process before this one is gone.
            await using var command = new NpgsqlCommand($"SET lock_timeout = '2s'; SELECT pg_advisory_lock({LockKey})", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            _lock = connection;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            await connection.DisposeAsync();
            throw new Failure(
                FailureKind.Unavailable,
                FailureSource.Local,
                $"{Name} is in use by another manager. Stop that one, or give this one a database of its own.")
                .ToException();
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public DbConnection CreateConnection() => new NpgsqlConnection(_connectionString);

    public void Configure(DbContextOptionsBuilder options) => options.UseNpgsql(_connectionString);

    public bool IsDuplicate(Exception exception) =>
        exception is DbUpdateException { InnerException: PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } };

    public bool IsUnreachable(Exception exception) => exception switch
    {
        PostgresException e => e.SqlState is PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections,
        NpgsqlException => true,
        _ => false,
    };

    public async ValueTask DisposeAsync()
    {
        if (_lock is not null)
        {
            await _lock.DisposeAsync();
        }

        await using var connection = new NpgsqlConnection(_connectionString);
        NpgsqlConnection.ClearPool(connection);
    }
}
