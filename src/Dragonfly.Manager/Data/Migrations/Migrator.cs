// SPDX-License-Identifier: Apache-2.0
using System.Data.Common;
using System.Globalization;
using Dragonfly.Core.Failures;

namespace Dragonfly.Manager.Data.Migrations;

/// <summary>
/// Brings a database to the newest schema: each missing step and its row in <c>schema_migration</c> in one transaction, which both databases do for
/// schema changes too. A database newer than the program is refused and not touched. Plain ADO.NET, because loading EF's migrations costs a
/// start more than everything else together.
/// </summary>
internal sealed class Migrator(DbConnection connection, SqlDialect dialect, IReadOnlyList<Migration> migrations)
{
    /// <summary>Runs what is missing. The connection is open; nobody else migrates (<see cref="IDatabaseEngine.LockAsync"/>).</summary>
    internal async Task<int> RunAsync(DateTime now, CancellationToken cancellationToken)
    {
        await ExecuteAsync(dialect.Put(
            "CREATE TABLE IF NOT EXISTS schema_migration (version integer PRIMARY KEY, name text NOT NULL, applied_at {time} NOT NULL)"),
            cancellationToken);
        var version = await VersionAsync(cancellationToken);
        if (version > migrations.Count)
        {
            throw new Failure(
                FailureKind.Invalid,
                FailureSource.Local,
                $"The database has schema {version}, this program knows up to {migrations.Count}. Use the newer program, or a copy of the database from before.")
                .ToException();
        }

        foreach (var migration in migrations.Skip(version))
        {
            await ApplyAsync(migration, now, cancellationToken);
        }

        return migrations.Count - version;
    }

    private async Task ApplyAsync(Migration migration, DateTime now, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(dialect.Put(migration.Sql), cancellationToken, transaction);
        await ExecuteAsync(
            "INSERT INTO schema_migration (version, name, applied_at) VALUES (@version, @name, @now)",
            cancellationToken,
            transaction,
            ("version", migration.Version),
            ("name", migration.Name),
            ("now", now));
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<int> VersionAsync(CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT coalesce(max(version), 0) FROM schema_migration";
        return Convert.ToInt32(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    private async Task ExecuteAsync(
        string sql,
        CancellationToken cancellationToken,
        DbTransaction? transaction = null,
        params (string Name, object Value)[] values)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
