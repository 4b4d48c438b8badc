// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel.DataAnnotations;
using Dragonfly.Hosting.Options;

namespace Dragonfly.Manager.Options;

/// <summary>PostgreSQL, with the original's keys.</summary>
public sealed class ManagerPostgresOptions
{
    /// <summary>The user.</summary>
    public string User { get; set; } = "postgres";

    /// <summary>The password; empty for none.</summary>
    [Secret]
    public string Password { get; set; } = string.Empty;

    /// <summary>Host name or address of the server.</summary>
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>Its port.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 5432;

    /// <summary>The database, which must exist.</summary>
    public string Dbname { get; set; } = "manager";

    /// <summary>disable (the default, as the original), allow, prefer, require, verify-ca or verify-full.</summary>
    [AllowedValues("disable", "allow", "prefer", "require", "verify-ca", "verify-full")]
    public string SslMode { get; set; } = "disable";

    /// <summary>Accepted and unused: times are kept in UTC.</summary>
    public string Timezone { get; set; } = "UTC";

    /// <summary>Accepted and unused.</summary>
    public bool PreferSimpleProtocol { get; set; }

    /// <summary>Accepted and unused: the schema is always brought to the newest.</summary>
    public bool Migrate { get; set; } = true;
}
