// SPDX-License-Identifier: Apache-2.0
using System.Data.Common;
using Dragonfly.Manager.Data.Migrations;
using Microsoft.EntityFrameworkCore;

namespace Dragonfly.Manager.Data;

/// <summary>What the databases do differently: connecting, and keeping a second manager away. Two implementations pass one store suite.</summary>
internal interface IDatabaseEngine : IAsyncDisposable
{
    /// <summary>The database as a user knows it, without its password.</summary>
    string Name { get; }

    SqlDialect Dialect { get; }

    /// <summary>Takes the database for this process until disposal. Throws a failure that names the holder when another manager has it.</summary>
    Task LockAsync(CancellationToken cancellationToken);

    DbConnection CreateConnection();

    void Configure(DbContextOptionsBuilder options);

    /// <summary>Lets ids go on after rows that were inserted with ids of their own.</summary>
    string? AfterSeeding { get; }

    /// <summary>Whether an exception says that a row is there already.</summary>
    bool IsDuplicate(Exception exception);

    /// <summary>Whether waiting may help: the server is down, not the settings wrong.</summary>
    bool IsUnreachable(Exception exception);
}
