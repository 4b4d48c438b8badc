// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Options;

namespace Dragonfly.Manager.Options;

/// <summary>Where the manager keeps what it knows.</summary>
[UnusedKeys("mysql", "polardb", "redis")]
public sealed class ManagerDatabaseOptions : IOptionsRule
{
    /// <summary><c>sqlite</c>, the default, or <c>postgres</c>. The original's default is mysql, which this manager does not speak.</summary>
    public string Type { get; set; } = "sqlite";

    /// <summary>A file of this machine, for one manager.</summary>
    public ManagerSqliteOptions Sqlite { get; set; } = new();

    /// <summary>A PostgreSQL server.</summary>
    public ManagerPostgresOptions Postgres { get; set; } = new();

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Problem)> Check()
    {
        if (Type is not ("sqlite" or "postgres"))
        {
            yield return ("type", $"is '{Type}'; use sqlite or postgres (mysql, mariadb and polardb of the original are not supported)");
        }
    }
}
