// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel.DataAnnotations;

namespace Dragonfly.Manager.Options;

/// <summary>SQLite.</summary>
public sealed class ManagerSqliteOptions
{
    /// <summary>The database file; its folder is made when it is missing. Default <c>/var/lib/dragonfly/manager.db</c>.</summary>
    [Required]
    public string Path { get; set; } = "/var/lib/dragonfly/manager.db";
}
