// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Manager.Data;
using Dragonfly.Manager.Options;

namespace Dragonfly.UnitTests.Manager;

public sealed class PostgresStoreTests(PostgresServer server) : StoreSuite, IClassFixture<PostgresServer>
{
    private readonly string _name = "m" + Guid.NewGuid().ToString("n");

    private protected override Task PrepareAsync() => server.ExecuteAsync($"CREATE DATABASE {_name}");

    private protected override Task CleanAsync() => server.ExecuteAsync($"DROP DATABASE {_name} WITH (FORCE)");

    private protected override IDatabaseEngine CreateEngine() =>
        new PostgresEngine(new ManagerPostgresOptions { Port = server.Port, Dbname = _name });
}
