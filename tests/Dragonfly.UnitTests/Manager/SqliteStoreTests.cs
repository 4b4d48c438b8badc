// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Manager.Data;

namespace Dragonfly.UnitTests.Manager;

public sealed class SqliteStoreTests : StoreSuite
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "manager-" + Guid.NewGuid().ToString("n"));

    private protected override Task PrepareAsync() => Task.CompletedTask;

    private protected override Task CleanAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    private protected override IDatabaseEngine CreateEngine() => new SqliteEngine(Path.Combine(_folder, "manager.db"));
}
