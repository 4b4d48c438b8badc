// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Manager.Data;

/// <summary>Columns that every table has, named as the original's (reference/server.md §1.3). Times are UTC.</summary>
internal abstract class Entity
{
    public long Id { get; set; }

    public DateTime CreatedAt { get; set; }

    public DateTime UpdatedAt { get; set; }

    /// <summary>The original's flag of soft deletion, which it never sets either.</summary>
    public bool IsDel { get; set; }
}
