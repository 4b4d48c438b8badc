// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Daemon.Options;

/// <summary>Whether cleartext is refused.</summary>
public sealed class SecurityOptions
{
    /// <summary>Accepted from the original, where nothing reads it.</summary>
    public bool Enable { get; set; }

    /// <summary>Ours: with TLS configured, serve nobody in cleartext, stock components included.</summary>
    public bool Strict { get; set; }
}
