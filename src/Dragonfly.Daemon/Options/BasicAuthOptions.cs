// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Options;

namespace Dragonfly.Daemon.Options;

/// <summary>User and password.</summary>
public sealed class BasicAuthOptions
{
    /// <summary>The user, 1 to 20 characters.</summary>
    public string Username { get; set; } = string.Empty;

    /// <summary>The password, 1 to 20 characters.</summary>
    [Secret]
    public string Password { get; set; } = string.Empty;
}
