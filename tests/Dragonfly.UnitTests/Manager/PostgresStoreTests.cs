// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Manager.Data;
using Dragonfly.Manager.Options;
using Npgsql;

namespace Dragonfly.UnitTests.Manager;

public sealed class PostgresStoreTests(PostgresServer server) : StoreSuite, IClassFixture<PostgresServer>
{
    private readonly string _name = "m" + Guid.NewGuid().ToString("n");

    private protected override Task PrepareAsync() => ExecuteAsync($"CREATE DATABASE {_name}");

    private protected override Task CleanAsync() => ExecuteAsync($"DROP DATABASE {_name} WITH (FORCE)");

    private protected override IDatabaseEngine CreateEngine() =>
        new PostgresEngine(new ManagerPostgresOptions { Port = server.Port, Dbname = _name });

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={server.Port};Username=postgres;Database=postgres;Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
