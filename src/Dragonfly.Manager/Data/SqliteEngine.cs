// SPDX-License-Identifier: Apache-2.0
using System.Data.Common;
using Dragonfly.Core.Failures;
using Dragonfly.Manager.Data.Migrations;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Dragonfly.Manager.Data;

/// <summary>
/// SQLite in one file: write-ahead log, so that readers never wait for the writer. SQLite itself would let two managers share the file, but each
/// would end the other's leases; so a lock file beside it is held with an exclusive lock, which the system drops when the process ends however it ends.
/// </summary>
internal sealed class SqliteEngine : IDatabaseEngine
{
    private readonly string _path;
    private readonly string _connectionString;
    private FileStream? _lock;

    internal SqliteEngine(string path)
    {
        _path = Path.GetFullPath(path);

        // Seconds a statement waits for the writer: writes here take milliseconds, so five mean that something else holds the file.
        _connectionString = new SqliteConnectionStringBuilder { DataSource = _path, DefaultTimeout = 5 }.ToString();
    }

    public string Name => _path;

    public SqlDialect Dialect => SqlDialect.Sqlite;

    /// <summary>AUTOINCREMENT takes the largest id by itself.</summary>
    public string? AfterSeeding => null;

    public async Task LockAsync(CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(e);
        }

        try
        {
            _lock = new FileStream(_path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw Unusable(e);
        }
        catch (IOException e)
        {
            throw new Failure(
                FailureKind.Unavailable,
                FailureSource.Local,
                $"{_path} is in use by another manager ({e.Message}) Stop that one, or give this one a database.sqlite.path of its own.")
                .ToException();
        }

        try
        {
            await using var connection = new SqliteConnection(_connectionString);
            await connection.OpenAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode = WAL";
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (SqliteException e)
        {
            throw Unusable(e);
        }
    }

    public DbConnection CreateConnection() => new SqliteConnection(_connectionString);

    public void Configure(DbContextOptionsBuilder options) => options.UseSqlite(_connectionString);

    public bool IsDuplicate(Exception exception) =>
        exception is DbUpdateException { InnerException: SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_CONSTRAINT } };

    public bool IsUnreachable(Exception exception) => false;

    private DragonflyException Unusable(Exception why) => new Failure(
        FailureKind.Unavailable,
        FailureSource.Local,
        $"The database {_path} cannot be used: {why.Message} Give this user the right to write there, or set database.sqlite.path to another file.")
        .ToException();

    public async ValueTask DisposeAsync()
    {
        using (var connection = new SqliteConnection(_connectionString))
        {
            SqliteConnection.ClearPool(connection);
        }

        if (_lock is not null)
        {
            await _lock.DisposeAsync();
        }
    }
}
